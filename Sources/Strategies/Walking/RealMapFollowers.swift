import Addressing
import Machines
import PageTables
import Results

/// The walkers of the real map table of several machines: one for each set of page-walk caches that differs.
struct RealMapFollowers: Sendable {
  private struct Stage: Sendable {
    var walker: RealMapWalker
    var tally = WalkTally()

    mutating func follow(
      _ missed: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
    ) throws(TranslationError) {
      for meeting in missed {
        let isSame = walker.follow(meeting.real, meeting.page, &map, vm: vm, &tally[meeting.cause])
        guard isSame else { throw .divergedStages }
      }
    }
  }

  private var stages: [Stage] = []
  /// The walker of each machine.
  private let places: [Int]

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.hostWalkCaches))
    places = caches.places
    for first in caches.firsts { stages.append(Stage(walker: RealMapWalker(machines[first]))) }
  }

  /// Reads the map for what the nested TLB missed.
  mutating func follow(
    _ missed: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    for index in stages.indices { try stages[index].follow(missed, &map, vm: vm) }
  }

  /// What each machine counted since the last call.
  mutating func takeTallies() -> [WalkTally] {
    defer { for index in stages.indices { stages[index].tally = WalkTally() } }
    return places.map { stages[$0].tally }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    for index in stages.indices { stages[index].walker.invalidateAll() }
  }
}
