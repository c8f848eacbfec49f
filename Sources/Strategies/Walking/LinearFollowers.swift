import Machines
import Results

/// The followers of ``LinearWalker``: one for each set of page-walk caches that differs; nothing else matters here.
struct LinearFollowers: WalkFollowers {
  private struct Stage: Sendable {
    var walker: LinearWalker
    var tally = WalkTally()

    mutating func follow(
      _ walks: [PutOffWalk], _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace
    ) throws(TranslationError) {
      for walk in walks {
        guard walker.follow(walk, &table, space, &tally[walk.cause]) else { throw .divergedStages }
        tally.countWalk(walk.cause)
      }
    }
  }

  private var stages: [Stage] = []
  /// The walker of each machine.
  private let places: [Int]

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.guestWalkCaches))
    places = caches.places
    for first in caches.firsts {
      stages.append(Stage(walker: LinearWalker(machines[first].guestWalkCache())))
    }
  }

  /// Makes the walks of a reader.
  mutating func follow(
    _ walks: [PutOffWalk], _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace
  ) throws(TranslationError) {
    for index in stages.indices { try stages[index].follow(walks, &table, space) }
  }

  mutating func takeTallies(_ add: (_ machine: Int, WalkTally) -> Void) {
    for (machine, place) in places.enumerated() { add(machine, stages[place].tally) }
    for index in stages.indices { stages[index].tally = WalkTally() }
  }

  /// Changes every walker.
  mutating func forEach(_ body: (inout LinearWalker) -> Void) {
    for index in stages.indices { body(&stages[index].walker) }
  }
}
