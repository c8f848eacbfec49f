import Addressing
import Machines
import PageTables
import Results
import TranslationCaches

/// The followers of ``TwoDimensionalWalker``, as a tree of stages: the guest dimension, once for each set of its caches;
/// behind each, what translates the real addresses that it met. Stages of the same real addresses are worked once.
struct TwoDimensionalFollowers: WalkFollowers {
  /// A guest dimension.
  private struct Stage: Sendable {
    var walker: GuestWalker
    var tally = WalkTally()
    /// The real addresses that it met in the walks at hand.
    var meetings: [RealMeeting] = []

    mutating func follow(
      _ walks: [PutOffWalk], _ guest: inout GuestTables, _ space: TwoDimensionalWalker.AddressSpaceName,
      _ map: borrowing RealMapTable
    ) throws(TranslationError) {
      meetings.removeAll(keepingCapacity: true)
      // A constant to the closure below, which would copy a parameter at every use.
      let map = copy map
      for walk in walks {
        let hit = walker.lookup(space, walk.address)
        if let hit, let page = walk.end.page, hit.node == walk.end.node {
          // The table of the leaf is cached: the leaf alone is read.
          tally[walk.cause].guestCacheHits &+= 1
          tally[walk.cause].guest &+= 1
          meetings.append(RealMeeting(walk.end.real, page, missingLevel: 0, walk.cause))
        } else {
          let end = walk.end
          let outcome = walker.walk(
            from: hit, walk.address, &guest, space, &tally[walk.cause],
            stops: { end.page == nil && end.isAt($0, $1) }
          ) { real in
            let page =
              real == end.real
              ? end.page : map.mapping(of: real).map { HostPage(base: $0.base, size: $0.size) }
            meetings.append(RealMeeting(real, page, missingLevel: end.missingLevel, walk.cause))
            return page
          }
          guard outcome.walkEnd(missingLevel: { _ in Int(end.missingLevel) }) == end else {
            throw .divergedStages
          }
        }
        tally.countWalk(walk.cause)
      }
    }
  }

  private var stages: [Stage] = []
  /// By guest dimension.
  private var realStages: SharedStreams<RealFollowers>
  /// Of each machine, its guest dimension, and its number among those behind that.
  private var places: [(stage: Int, machine: Int)] = []

  init(_ machines: [Machine]) {
    let caches = Distinct(machines.map(\.guestWalkCaches))
    for first in caches.firsts { stages.append(Stage(walker: GuestWalker(machines[first]))) }
    var machinesOfStage = Array(repeating: [Machine](), count: stages.count)
    for (machine, stage) in zip(machines, caches.places) {
      places.append((stage, machinesOfStage[stage].count))
      machinesOfStage[stage].append(machine)
    }
    let hardware = machinesOfStage.map { $0.map(RealHardware.init) }
    realStages = SharedStreams(stages.count) {
      hardware[$0] == hardware[$1]
    } state: {
      RealFollowers(machinesOfStage[$0])
    }
  }

  /// Makes the walks of a reader.
  mutating func follow(
    _ walks: [PutOffWalk], _ guest: inout GuestTables, _ space: TwoDimensionalWalker.AddressSpaceName,
    _ map: inout RealMapTable
  ) throws(TranslationError) {
    for index in stages.indices { try stages[index].follow(walks, &guest, space, map) }
    realStages.part { stages[$0].meetings == stages[$1].meetings }
    for index in realStages.shares.indices {
      let stage = realStages.shares[index].streams[0]
      try realStages.shares[index].state.follow(stages[stage].meetings, map, vm: space.tag)
    }
  }

  mutating func takeTallies(_ add: (_ machine: Int, WalkTally) -> Void) {
    var ofRealStages = Array(repeating: [WalkTally](), count: stages.count)
    for index in realStages.shares.indices {
      let tallies = realStages.shares[index].state.takeTallies()
      for stage in realStages.shares[index].streams { ofRealStages[stage] = tallies }
    }
    for (machine, place) in places.enumerated() {
      var tally = stages[place.stage].tally
      tally += ofRealStages[place.stage][place.machine]
      add(machine, tally)
    }
    for index in stages.indices { stages[index].tally = WalkTally() }
  }

  /// Drops what belongs to one address space.
  mutating func invalidate(context: UInt16) {
    for index in stages.indices { stages[index].walker.invalidate(context: context) }
  }

  /// Drops what belongs to address spaces of any machine.
  mutating func invalidateCombined() {
    for index in stages.indices { stages[index].walker.invalidateAll() }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    invalidateCombined()
    for index in realStages.shares.indices { realStages.shares[index].state.invalidateAll() }
  }
}
