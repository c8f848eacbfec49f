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
    var structure: Structure
    var tally = WalkTally()
    /// What it misses of the addresses at hand.
    var missed: [RealMeeting] = []

    enum Structure: Sendable {
      case none
      case tlb(NestedTLB)
      /// A fully associative LRU one of so many entries, for which the stack answers.
      case stacked(entries: Int)
    }

    /// - Parameter distances: Of the meetings, where the stage is stacked.
    mutating func follow(
      _ meetings: [RealMeeting], _ distances: [Int], vm: UInt16
    ) throws(TranslationError) {
      switch structure {
      case .none: missed = meetings
      case .tlb(var tlb):
        structure = .none
        defer { structure = .tlb(tlb) }
        try follow(meetings, &tlb, vm: vm)
      case .stacked(let entries):
        missed.removeAll(keepingCapacity: true)
        for (meeting, distance) in zip(meetings, distances) {
          note(meeting, isHit: distance != 0 && distance <= entries)
        }
      }
    }

    private mutating func follow(
      _ meetings: [RealMeeting], _ tlb: inout NestedTLB, vm: UInt16
    ) throws(TranslationError) {
      missed.removeAll(keepingCapacity: true)
      for meeting in meetings {
        let held = tlb.lookup(vm: vm, meeting.real)
        if let held {
          guard HostPage(base: held.base, size: held.size) == meeting.page else { throw .divergedStages }
        } else if let page = meeting.page {
          tlb.fill(vm: vm, meeting.real, base: page.base, size: page.size)
        }
        note(meeting, isHit: held != nil)
      }
    }

    @inline(__always) private mutating func note(_ meeting: RealMeeting, isHit: Bool) {
      if isHit {
        tally[meeting.cause].nestedTLBHits &+= 1
      } else {
        tally[meeting.cause].nestedTLBMisses &+= 1
        missed.append(meeting)
      }
    }

    mutating func invalidateAll() {
      guard case .tlb(var tlb) = structure else { return }
      tlb.invalidateAll()
      structure = .tlb(tlb)
    }
  }

  private var stages: [Stage] = []
  /// One for all nested TLBs that are stacked.
  private var stack: LRUStack?
  /// By meeting at hand, its distance in the stack; 0 where it was not there.
  private var distances: [Int] = []
  /// By nested TLB.
  private var mapStages: SharedStreams<RealMapFollowers>
  /// Of each machine, its nested TLB, and its number among those behind that.
  private var places: [(stage: Int, machine: Int)] = []

  init(_ machines: [Machine]) {
    let nested = Distinct(machines.map(NestedHardware.init))
    for first in nested.firsts { stages.append(Stage(structure: Self.structure(of: machines[first]))) }
    let stacked = stages.compactMap { if case .stacked(let entries) = $0.structure { entries } else { nil } }
    stack = stacked.max().map(LRUStack.init)
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

  private static func structure(of machine: Machine) -> Stage.Structure {
    guard let tlb = machine.makeNestedTLB(), let geometry = machine.nestedTLB else { return .none }
    let isStacked =
      machine.nestedTLBPolicy == .lru && geometry.sets == 1 && geometry.entries <= LRUStack.maximumEntries
    return isStacked ? .stacked(entries: geometry.entries) : .tlb(tlb)
  }

  /// Translates what was met.
  mutating func follow(
    _ meetings: [RealMeeting], _ map: inout RealMapTable, vm: UInt16
  ) throws(TranslationError) {
    try stack(meetings, vm: vm)
    for index in stages.indices { try stages[index].follow(meetings, distances, vm: vm) }
    mapStages.part { stages[$0].missed == stages[$1].missed }
    for index in mapStages.shares.indices {
      let stage = mapStages.shares[index].streams[0]
      try mapStages.shares[index].state.follow(stages[stage].missed, &map, vm: vm)
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
