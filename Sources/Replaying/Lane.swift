import Addressing
import Machines
import PageTables
import Results
import Strategies
import TranslationCaches

/// One strategy with its tables, its own copy of the guests and of the hypervisor, behind a first level of TLBs. On it
/// stand machines that differ in their second levels and in what walks consult: these are looked up side by side, so that
/// the tables are read, and guest events followed, once for all.
///
/// That is exact because tables change at the same accesses whatever was cached: what a walk repairs or marks for the first
/// time no TLB can hold. Where this is not so, the machines diverge, which is noticed and never passed over (rule 22).
/// Lanes share nothing but, maybe, a first level.
struct Lane: Sendable {
  var platform: Platform
  var strategy: any TranslationStrategy
  /// Those of the running processor.
  var secondLevels: OneOrMore<SecondLevelStage>
  var otherProcessors: OtherProcessors<OneOrMore<SecondLevelStage>>
  /// By processor, the virtual machine that ran on it last; nil where that started anew since.
  var machinesOfProcessors: [Int?] = []
  var effects: Effects
  /// What the processors of each virtual machine were answered.
  var memories: [ProcessorMemory<Translation>] = []
  /// Whether a virtual machine has several processors.
  var hasSeveralProcessors = false
  var staleEntries = StaleEntries()
  private let isFirstLevelSplit: Bool
  let flushesOnSwitch: Bool
  private let trustsDirtyBits: Bool
  /// The trace whose virtual machine runs.
  var source = 0
  /// What was counted of each trace; that of ``source`` is in `effects` while it runs.
  var counts: [Counts]
  /// The state at each mark of each trace.
  var marks: [[Mark]]
  /// The walker of each machine.
  private let walkers: [Int]

  /// Counts of all machines, of each second level, and of each walker.
  struct Counts: Sendable {
    var tally = Tally()
    var misses: [SecondLevelStage.Misses]
    var walks: [WalkTally]
  }

  /// What a lane holds at a mark.
  struct Mark: Sendable {
    var counts: Counts
    var guestTableBytes: UInt64
    var tables: StrategyTableBytes
  }

  /// What a machine of a lane holds at a mark.
  struct MachineMark: Sendable {
    var tally: Tally
    var guestTableBytes: UInt64
    var tables: StrategyTableBytes
  }

  /// - Parameters:
  ///   - specifications: Of one ``LaneKey``; never empty.
  ///   - firstLevelSlots: A number that no slot of the first level reaches.
  init(_ specifications: [LaneSpecification], sources: Int, firstLevelSlots: Int) throws(ReplayError) {
    let machine = specifications[0].machine
    // Walkers are numbered by second levels, so that those behind one are neighbours.
    let levels = SecondLevelStacks(specifications.map(\.machine.l2))
    let machinesOfLevel = levels.machines
    let order = machinesOfLevel.flatMap { $0 }
    var walkers = Array(repeating: 0, count: order.count)
    for (walker, index) in order.enumerated() { walkers[index] = walker }
    self.walkers = walkers
    strategy = try specifications[0].makeStrategy(
      on: machinesOfLevel.map { $0.map { specifications[$0].machine } })
    do throws(TranslationError) { platform = try Platform(machine) } catch {
      throw .translation(error, strategy: type(of: strategy).name, nil)
    }
    effects = Effects(machines: order.count, secondLevels: machinesOfLevel.count)
    isFirstLevelSplit = machine.firstLevelSharing == .split
    flushesOnSwitch = machine.vm.switchFlush == .all || !machine.vpid
    trustsDirtyBits = machine.dirtyTracking == .cached
    let misses = Array(repeating: SecondLevelStage.Misses(), count: machinesOfLevel.count)
    counts = Array(repeating: Counts(misses: misses, walks: effects.walkTallies), count: sources)
    marks = Array(repeating: [], count: sources)
    secondLevels = try Self.secondLevels(levels, of: specifications, firstLevelSlots: firstLevelSlots)
    otherProcessors = OtherProcessors {
      try Self.secondLevels(levels, of: specifications, firstLevelSlots: firstLevelSlots)
    }
  }

  /// The second levels of a processor.
  private static func secondLevels(
    _ levels: SecondLevelStacks, of specifications: [LaneSpecification], firstLevelSlots: Int
  ) throws(ReplayError) -> OneOrMore<SecondLevelStage> {
    var secondLevels: [SecondLevelStage] = []
    var next = 0
    for (level, machines) in levels.machines.enumerated() {
      let machine = specifications[machines[0]].machine
      let walkers = next..<next + machines.count
      if let leader = levels.leaders[level] {
        secondLevels.append(
          try SecondLevelStage(
            machine, walkers: walkers, following: secondLevels[leader], number: leader,
            firstLevelSlots: firstLevelSlots))
      } else {
        secondLevels.append(
          try SecondLevelStage(
            machine, walkers: walkers, leads: levels.leaders.contains(level), firstLevelSlots: firstLevelSlots
          ))
      }
      next += machines.count
    }
    return OneOrMore(secondLevels)
  }

  /// Whether one second level stands in it, which then alone decides what an entry allows.
  var isSingle: Bool { secondLevels.isSingle }

  /// The name of the strategy.
  var strategyName: String { type(of: strategy).name }

  /// The marks of one trace so far, of one machine.
  func marks(of source: Int, machine: Int) -> [MachineMark] {
    marks[source].map { mark in
      var tally = mark.counts.tally
      let walker = walkers[machine]
      mark.counts.walks[walker].add(to: &tally)
      for (walkers, misses) in zip(secondLevels.map(\.walkers), mark.counts.misses)
      where walkers.contains(walker) {
        tally.steady.l2Misses = misses.steady
        tally.firstTouch.l2Misses = misses.firstTouch
      }
      return MachineMark(tally: tally, guestTableBytes: mark.guestTableBytes, tables: mark.tables)
    }
  }

  /// The entry that a slot of the first level holds, of the first machine.
  func entry(in slot: Int) -> TLBEntry { secondLevels.first.entry(in: slot) }

  /// Notes that a slot of the first level holds the entries for the run looked up last from now on.
  @inline(__always) mutating func note(slot: Int) {
    secondLevels.first.note(slot: slot)
    guard !isSingle else { return }
    for index in secondLevels.others.indices { secondLevels.others[index].note(slot: slot) }
  }

  /// Finds the entries for a run whose page the first level does not hold; the first machine's, of whose sizes all are.
  ///
  /// - Parameter invalidations: Takes what the first level is to drop, in order.
  @inline(__always)
  mutating func resolve(
    _ run: PageRun, _ invalidations: inout [Invalidation]
  ) throws(TranslationError) -> TLBEntry {
    let context = platform.context
    var (upgrades, walks) = (0, 0)
    effects.letNoneWalk()
    secondLevels.first.lookup(run, context: context)
    letWalk(secondLevels.first.need, behind: 0, &upgrades, &walks)
    if !isSingle {
      for index in secondLevels.others.indices {
        if let leader = secondLevels.others[index].leader {
          let found = secondLevels.found(by: leader)
          try secondLevels.others[index].lookup(run, where: found)
        } else {
          secondLevels.others[index].lookup(run, context: context)
        }
        letWalk(secondLevels.others[index].need, behind: index + 1, &upgrades, &walks)
      }
    }
    effects.tally.isFirstTouch = walks > 0 && platform.noteTouch(of: run.address)
    if walks == 0 { countFirstLevelMiss(run) }
    if upgrades + walks > 0 { try supply(run, upgrades, walks, &invalidations) }
    if walks > 0 { countFirstLevelMiss(run) }
    if !isSingle { try compareSizes() }
    return secondLevels.first.entry
  }

  /// Finds the entries for a run whose page a slot of the first level holds, though it has not let such an access pass yet.
  ///
  /// - Parameter isUpgraded: Set where any machine needed a walk for it.
  mutating func attend(
    _ run: PageRun, in slot: Int, _ isUpgraded: inout Bool, _ invalidations: inout [Invalidation]
  ) throws(TranslationError) -> TLBEntry {
    var (upgrades, walks) = (0, 0)
    effects.letNoneWalk()
    secondLevels.first.lookup(run, in: slot)
    letWalk(secondLevels.first.need, behind: 0, &upgrades, &walks)
    if !isSingle {
      for index in secondLevels.others.indices {
        secondLevels.others[index].lookup(run, in: slot)
        letWalk(secondLevels.others[index].need, behind: index + 1, &upgrades, &walks)
      }
    }
    effects.tally.isFirstTouch = false
    if upgrades > 0 { try supply(run, upgrades, walks, &invalidations) }
    if !isSingle { try compareSizes() }
    isUpgraded = isUpgraded || upgrades > 0
    return secondLevels.first.entry
  }

  @inline(__always)
  private mutating func letWalk(
    _ need: SecondLevelStage.Need, behind secondLevel: Int, _ upgrades: inout Int, _ walks: inout Int
  ) {
    switch need {
    case .nothing: return
    case .upgrade: upgrades += 1
    case .walk: walks += 1
    }
    effects.letWalk(behind: secondLevel, isUpgrade: need == .upgrade)
  }

  /// Translates for those who need it.
  ///
  /// Where not all need the same, nothing may be touched for the first time and nothing invalidated, and where some need
  /// nothing, no dirty bit be set: the others would not have seen it.
  private mutating func supply(
    _ run: PageRun, _ upgrades: Int, _ walks: Int, _ invalidations: inout [Invalidation]
  ) throws(TranslationError) {
    let composed = isSingle ? 0 : composedEntries
    var translation = try translate(TranslationRequest(run))
    if platform.globalContext == nil { translation.isGlobal = false }
    if max(upgrades, walks) < secondLevels.count {
      let someNeedNothing = upgrades + walks < secondLevels.count
      let setsDirtyForSome = run.isWrite && !translation.isDirty && someNeedNothing
      // A global page that one of them still holds lacks a shadow entry in this address space.
      let changesTables = composedEntries != composed && someNeedNothing
      guard
        !effects.tally.isFirstTouch, effects.invalidations.isEmpty, !setsDirtyForSome, !changesTables
      else { throw .divergedStages }
    }
    if !effects.invalidations.isEmpty { applyInvalidations(&invalidations) }
    let entry = TLBEntry(translation, writing: run.isWrite, trustsDirtyBits: trustsDirtyBits)
    let (context, isFirstTouch) = (platform.context, effects.tally.isFirstTouch)
    secondLevels.first.supply(entry, for: run, context: context, isFirstTouch: isFirstTouch)
    guard !isSingle else { return }
    for index in secondLevels.others.indices {
      let place: TLBLevel.Stacked? =
        switch (secondLevels.others[index].leader, secondLevels.others[index].need) {
        case (let leader?, .walk): secondLevels.found(by: leader)
        case (let leader?, .upgrade): secondLevels.place(of: entry, for: run, context: context, by: leader)
        case (_, _): nil
        }
      secondLevels.others[index].supply(
        entry, for: run, context: context, isFirstTouch: isFirstTouch, place: place)
    }
  }

  private var composedEntries: UInt64 {
    effects.tally.steady.shadowEntriesComposed &+ effects.tally.firstTouch.shadowEntriesComposed
  }

  private func compareSizes() throws(TranslationError) {
    // By index, as an element taken out of the array is copied.
    for index in secondLevels.others.indices {
      guard secondLevels.others[index].entry.hasKind(of: secondLevels.first.entry) else {
        throw .divergedStages
      }
    }
  }

  @inline(__always)
  private mutating func countFirstLevelMiss(_ run: PageRun) {
    if run.isFetch, isFirstLevelSplit {
      effects.tally.current.l1iMisses &+= 1
    } else {
      effects.tally.current.l1dMisses &+= 1
    }
    effects.tally.current.l2Lookups &+= 1
  }

  /// Drops from the second levels what the strategy requires, and leaves it to be dropped from the first.
  @inline(never)
  mutating func applyInvalidations(_ required: inout [Invalidation]) {
    for invalidation in effects.invalidations {
      otherProcessors.change(platform.processor(of: invalidation), &secondLevels) { levels in
        levels.first.apply(invalidation)
        for index in levels.others.indices { levels.others[index].apply(invalidation) }
      }
      staleEntries.drop(invalidation, on: platform)
      if invalidation.isFlush { effects.tally.current.tlbFlushes &+= 1 }
    }
    required.append(contentsOf: effects.invalidations)
    effects.invalidations.removeAll(keepingCapacity: true)
  }
}

extension PageRun {
  /// The first byte of the page.
  var address: VirtualAddress { VirtualAddress(page << 12) }
}

extension TranslationRequest {
  init(_ run: PageRun) { self.init(run.address, isWrite: run.isWrite, isFetch: run.isFetch) }
}
