import Addressing
import Machines
import PageTables
import Results
import TranslationCaches

/// What translates the real addresses that a guest dimension met, for several machines: their nested TLBs, and behind
/// each the walkers of the real map table.
struct RealFollowers: Sendable {
  private var stages: [NestedStage] = []
  /// One for all nested TLBs that are stacked.
  private var stack: LRUStack?
  /// By meeting at hand, its distance in the stack; 0 where it was not there.
  private var distances: [Int] = []
  /// Room for what a walk of many does not need to keep.
  private var room: [RealMeeting] = []
  /// By nested TLB.
  private var mapStages: SharedStreams<RealMapFollowers>
  /// Of each machine, its nested TLB, and its number among those behind that.
  private var places: [(stage: Int, machine: Int)] = []

  init(_ machines: [Machine]) {
    let nested = Distinct(machines.map(NestedHardware.init))
    // A stack is worth its while for two sizes at least.
    let isStacked = nested.firsts.count { machines[$0].stackedNestedEntries != nil } > 1
    for first in nested.firsts { stages.append(NestedStage(machines[first], isStacked: isStacked)) }
    stack = stages.compactMap(\.stackedEntries).max().map(LRUStack.init)
    var machinesOfStage = Array(repeating: [Machine](), count: stages.count)
    for (machine, stage) in zip(machines, nested.places) {
      places.append((stage, machinesOfStage[stage].count))
      machinesOfStage[stage].append(machine)
    }
    let caches = machinesOfStage.map { $0.map(\.hostWalkCaches) }
    mapStages = SharedStreams(stages.count) {
      caches[$0] == caches[$1]
    } state: {
      RealMapFollowers(machinesOfStage[$0])
    }
  }

  /// Translates what was met.
  mutating func follow(
    _ meetings: [RealMeeting], _ map: borrowing RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    try stack(meetings, vm: vm)
    for index in stages.indices { try stages[index].follow(meetings, distances, vm: vm) }
    mapStages.part { stages[$0].missed == stages[$1].missed }
    for index in mapStages.shares.indices {
      let stage = mapStages.shares[index].streams[0]
      mapStages.shares[index].state.follow(stages[stage].missed, map, vm: vm, &room)
    }
  }

  /// Takes meetings through the stack.
  private mutating func stack(_ meetings: [RealMeeting], vm: UInt16) throws(TranslationError) {
    guard stack != nil else { return }
    distances.removeAll(keepingCapacity: true)
    for meeting in meetings {
      guard let page = meeting.page else {
        distances.append(0)
        continue
      }
      let number = meeting.real.rawValue >> page.size.shift
      let tag = TLBTag(context: vm, page.size, number: number).rawValue
      let found = stack?.use(tag, payload: page.base.rawValue)
      if let found, found.payload != page.base.rawValue { throw .divergedStages }
      distances.append(found?.distance ?? 0)
    }
  }

  /// What each machine counted since the last call.
  mutating func takeTallies() -> [WalkTally] {
    var ofMaps = Array(repeating: [WalkTally](), count: stages.count)
    for index in mapStages.shares.indices {
      let tallies = mapStages.shares[index].state.takeTallies()
      for stage in mapStages.shares[index].streams { ofMaps[stage] = tallies }
    }
    defer { for index in stages.indices { stages[index].tally = WalkTally() } }
    return places.map { place in
      var tally = stages[place.stage].tally
      tally += ofMaps[place.stage][place.machine]
      return tally
    }
  }

  /// Drops everything.
  mutating func invalidateAll() {
    stack?.removeAll()
    for index in stages.indices { stages[index].invalidateAll() }
    for index in mapStages.shares.indices { mapStages.shares[index].state.invalidateAll() }
  }
}
