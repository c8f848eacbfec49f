import Addressing
import Machines
import PageTables
import Results
import TranslationCaches

/// What translates the real addresses that a guest dimension met, for several machines: their nested TLBs, and behind
/// each the walkers of the real map table.
struct RealFollowers: Sendable {
  /// A nested TLB, or none.
  private struct Stage: Sendable {
    var nestedTLB: NestedTLB?
    var tally = WalkTally()
    /// What it misses of the addresses at hand.
    var missed: [RealMeeting] = []

    mutating func follow(_ meetings: [RealMeeting], vm: UInt16) throws(TranslationError) {
      guard nestedTLB != nil else { return missed = meetings }
      missed.removeAll(keepingCapacity: true)
      for meeting in meetings {
        if let held = nestedTLB?.lookup(vm: vm, meeting.real) {
          guard HostPage(base: held.base, size: held.size) == meeting.page else { throw .divergedStages }
          tally[meeting.cause].nestedTLBHits &+= 1
        } else {
          tally[meeting.cause].nestedTLBMisses &+= 1
          if let page = meeting.page {
            nestedTLB?.fill(vm: vm, meeting.real, base: page.base, size: page.size)
          }
          missed.append(meeting)
        }
      }
    }
  }

  private var stages: [Stage] = []
  /// By nested TLB.
  private var mapStages: SharedStreams<RealMapFollowers>
  /// Of each machine, its nested TLB, and its number among those behind that.
  private var places: [(stage: Int, machine: Int)] = []

  init(_ machines: [Machine]) {
    let nested = Distinct(machines.map(NestedHardware.init))
    for first in nested.firsts { stages.append(Stage(nestedTLB: machines[first].makeNestedTLB())) }
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
    _ meetings: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    for index in stages.indices { try stages[index].follow(meetings, vm: vm) }
    mapStages.part { stages[$0].missed == stages[$1].missed }
    for index in mapStages.shares.indices {
      let stage = mapStages.shares[index].streams[0]
      try mapStages.shares[index].state.follow(stages[stage].missed, &map, vm: vm)
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
    for index in stages.indices { stages[index].nestedTLB?.invalidateAll() }
    for index in mapStages.shares.indices { mapStages.shares[index].state.invalidateAll() }
  }
}
