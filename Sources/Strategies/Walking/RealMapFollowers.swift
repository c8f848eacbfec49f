import Addressing
import Machines
import PageTables
import Results

/// The walkers of the real map table of several machines: one for each set of page-walk caches that differs.
struct RealMapFollowers: Sendable {
  private var walkers: [(walker: RealMapWalker, tally: WalkTally)] = []
  /// The walker of each machine.
  private let places: [Int]

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.hostWalkCaches))
    places = caches.places
    for first in caches.firsts { walkers.append((RealMapWalker(machines[first]), WalkTally())) }
  }

  /// Reads the map for what the nested TLB missed.
  mutating func follow(
    _ missed: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    for index in walkers.indices {
      for meeting in missed {
        var references = WalkReferences()
        guard walkers[index].walker.follow(meeting.real, meeting.page, &map, vm: vm, &references) else {
          throw .divergedStages
        }
        walkers[index].tally.add(references, meeting.cause)
      }
    }
  }

  /// What each machine counted since the last call.
  mutating func takeTallies() -> [WalkTally] {
    defer { for index in walkers.indices { walkers[index].tally = WalkTally() } }
    return places.map { walkers[$0].tally }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    for index in walkers.indices { walkers[index].walker.invalidateAll() }
  }
}
