import Machines
import Results

/// The followers of ``LinearWalker``: one for each set of page-walk caches that differs; nothing else matters here.
struct LinearFollowers: WalkFollowers {
  private var walkers: [(walker: LinearWalker, tally: WalkTally)] = []
  /// The walker of each machine.
  private let places: [Int]

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.guestWalkCaches))
    places = caches.places
    for first in caches.firsts {
      walkers.append((LinearWalker(machines[first].guestWalkCache()), WalkTally()))
    }
  }

  /// Makes the walks of a reader.
  mutating func follow(
    _ walks: [PutOffWalk], _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace
  ) throws(TranslationError) {
    for index in walkers.indices {
      for walk in walks {
        var references = WalkReferences()
        guard walkers[index].walker.follow(walk, &table, space, &references) else { throw .divergedStages }
        walkers[index].tally.count(references, walk.cause)
      }
    }
  }

  mutating func takeTallies(_ add: (_ machine: Int, WalkTally) -> Void) {
    for (machine, place) in places.enumerated() { add(machine, walkers[place].tally) }
    for index in walkers.indices { walkers[index].tally = WalkTally() }
  }

  /// Changes every walker.
  mutating func forEach(_ body: (inout LinearWalker) -> Void) {
    for index in walkers.indices { body(&walkers[index].walker) }
  }
}
