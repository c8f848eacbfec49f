import Addressing
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// Virtual processors run on a processor each, with TLBs and MMU caches of its own.
@Suite struct ProcessorCachesTests {
  private static let root: UInt64 = 0x10_0000
  private static let page: UInt64 = 0x40_0000
  private static let leafTable = root + 0x3000
  /// Caches that are soon full.
  private static let small = [
    "l1d.4K=8x2", "l1i.4K=4fa", "l2=32x4", "pwc.guest.pde=2fa", "pwc.host.pde=2fa", "nested-tlb=4fa",
  ]

  /// A machine, or several, whose processors have loaded one root that maps 64 pages.
  private static func bytes(
    vms: Range<UInt32> = 0..<1, processors: UInt32, _ build: (GuestTrace) throws -> Void
  ) throws -> [UInt8] {
    try GuestTrace.bytes { trace in
      for vm in vms {
        turn(trace, to: 0, of: vm)
        try trace.root(root)
        try trace.map(page, to: 0x100_0000, under: root)
        for index in 1..<64 as Range<UInt64> {
          try trace.store(
            GuestTrace.flags | 0x100_0000 + index << 12, in: leafTable, at: page + index << 12, level: 1)
        }
        for processor in 0..<processors {
          turn(trace, to: processor, of: vm)
          try trace.begin()
          try trace.load(root)
        }
      }
      try build(trace)
    }
  }

  private static func turn(_ trace: GuestTrace, to vcpu: UInt32, of vm: UInt32 = 0) {
    trace.writer.select(Owner(vm: vm, vcpu: vcpu, addressSpace: 1))
  }

  private static func read(_ trace: GuestTrace, _ index: UInt64 = 0, by vcpu: UInt32, of vm: UInt32 = 0)
    throws
  {
    turn(trace, to: vcpu, of: vm)
    try trace.read(page + index << 12)
  }

  private static func total(_ bytes: [UInt8], _ name: String, _ changes: [String] = []) throws -> Counters {
    try replay(bytes, try machine("skylake-lru", changes), try StrategyRegistry.strategy(named: name)).tally
      .total
  }

  @Test(arguments: StrategyRegistry.names, [2, 4] as [UInt32])
  func workingSetsOfTheSizeOfATLBFitOneEach(name: String, processors: UInt32) throws {
    /// Rounds over 16 pages of each virtual processor, which are one or several processors.
    func rounds(_ processors: UInt32, of sets: UInt32) throws -> Counters {
      let bytes = try Self.bytes(processors: processors) { trace in
        for _ in 0..<10 {
          for index in 0..<16 as Range<UInt64> {
            for set in 0..<sets { try Self.read(trace, UInt64(set) * 16 + index, by: set % processors) }
          }
        }
      }
      return try Self.total(bytes, name, ["l1d.4K=16fa", "l2=16fa"])
    }
    let apart = try rounds(processors, of: processors)
    #expect(apart.l1dMisses == UInt64(processors) * 16 && apart.l2Misses == apart.l1dMisses)
    let onOne = try rounds(1, of: processors)
    #expect(onOne.l1dMisses == UInt64(processors) * 160 && onOne.l2Misses == onOne.l1dMisses)
  }

  /// Whatever the caches are like, each processor's count what they would if it were the only one.
  @Test(
    arguments: StrategyRegistry.names,
    [
      [], ["l1.split=unified", "l1d.policy=fifo", "l2.policy=tree-plru", "pwc.host.policy=fifo"],
      ["l1d.policy=random", "l2.policy=random", "nested-tlb.policy=random", "l2.split=split"],
      ["vm.switch-flush=all", "vpid=off", "nested-tlb=off", "l2.index=xor"],
    ])
  func processorsThatChangeNoTablesCountAsAlone(name: String, changes: [String]) throws {
    // What one touches or writes to first others need not; and exits flush, which are of whoever comes first.
    let changes = Self.small + ["tlb.dirty=since-fill", "host.backing=prepopulated"] + changes
    guard !changes.contains("vpid=off") || ["native", "nested"].contains(name) else { return }
    for processors in [2, 4] {
      let workload = ProcessorsWorkload(
        processors: processors, steps: 3_000, remaps: false, seed: UInt64(processors))
      let together = try Self.total(try workload.bytes(), name, changes)
      let alone = try (0..<processors).map { try Self.total(try workload.bytes(of: $0), name, changes) }
      func compare(_ counter: KeyPath<Counters, UInt64>) {
        #expect(together[keyPath: counter] == alone.reduce(0) { $0 + $1[keyPath: counter] }, "\(counter)")
      }
      #expect(together.l2Misses > 500)
      let ofTLBs: [KeyPath<Counters, UInt64>] = [
        \.l1dMisses, \.l1iMisses, \.l2Lookups, \.l2Misses, \.tlbFlushes, \.pageInvalidations, \.vmSwitches,
      ]
      ofTLBs.forEach(compare)
      let ofWalks: [KeyPath<Counters, UInt64>] = [
        \.walks, \.walkReferencesGuest, \.walkReferencesHost, \.guestWalkCacheHits, \.hostWalkCacheHits,
        \.nestedTLBHits, \.nestedTLBMisses, \.dirtyWalks, \.dirtyWalkReferences,
      ]
      if name != "shadow" { ofWalks.forEach(compare) }
    }
  }

  @Test(
    arguments: StrategyRegistry.names, [[], ["vpid=off"], ["l2=off"], ["guest.levels=4", "host.page=2M"]])
  func severalProcessorsTranslateAsTheReferenceDoes(name: String, changes: [String]) throws {
    for processors in [2, 4] {
      let workload = ProcessorsWorkload(
        processors: processors, steps: 8_000, remaps: true, seed: 10 + UInt64(processors))
      let lane = lane(
        try machine("skylake-lru", Self.small + changes), try StrategyRegistry.strategy(named: name))
      let (observer, results) = try StrategyConformance.check(try workload.bytes(), lane)
      #expect(observer.checked > 5_000 && observer.violations == [])
      #expect(results[0].tally.total.l2Misses > 1000)
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func whatAStoreMakesStaleIsGoneFromEveryOtherProcessor(name: String) throws {
    let bytes = try Self.bytes(processors: 4) { trace in
      for vcpu in 0..<4 as Range<UInt32> { try Self.read(trace, by: vcpu) }
      Self.turn(trace, to: 0)
      try trace.store(GuestTrace.flags | 0x200_0000, in: Self.leafTable, at: Self.page, level: 1)
      for vcpu in 0..<4 as Range<UInt32> { try Self.read(trace, by: vcpu) }
    }
    #expect(
      try Self.total(bytes, name).l2Misses == (name == "shadow" ? 8 : 7),
      "the one that stored is to invalidate it itself, but no shadow entry outlives the store")
  }

  /// The second processor of a machine writes a page by what it had cached before the first one protected it (rule 32).
  private static func writeByWhatWasCached(_ trace: GuestTrace) throws {
    let write = { try trace.writer.append(Access(.store, VirtualAddress(page), size: 8)) }
    turn(trace, to: 1)
    try write()
    turn(trace, to: 0)
    try trace.store(GuestTrace.flags & ~2 | 0x100_0000, in: leafTable, at: page, level: 1)
    turn(trace, to: 1)
    try write()
  }

  /// A table changes, which drops what was answered against the tables before.
  private static func changeATable(_ trace: GuestTrace, of vm: UInt32 = 0, under root: UInt64 = root) throws {
    turn(trace, to: 0, of: vm)
    try trace.store(GuestTrace.flags | 0x300_0000, in: root + 0x3000, at: page + 40 << 12, level: 1)
  }

  @Test(arguments: StrategyRegistry.names)
  func whatWasAnsweredAgainstTheTablesIsDroppedOnceAtTheirNextChange(name: String) throws {
    func misses(_ between: (GuestTrace) throws -> Void) throws -> UInt64 {
      let bytes = try Self.bytes(vms: 0..<2, processors: 2) { trace in
        try Self.writeByWhatWasCached(trace)
        try between(trace)
        try Self.read(trace, by: 1)
      }
      return try Self.total(bytes, name).l2Misses
    }
    #expect(try misses { _ in } == 2)
    #expect(try misses { try Self.changeATable($0) } == 3)
    #expect(try misses { try Self.changeATable($0, of: 1) } == 2, "another machine's tables")
    for event in [
      Event.invalidatePage(VirtualAddress(Self.page)), .controlRegister(.cr3, value: Self.root),
      .controlRegister(.cr4, value: GuestTrace.cr4 | GuestTrace.globalPages),
    ] {
      let count = try misses { trace in
        try trace.writer.append(event)
        try Self.read(trace, by: 1)
        try Self.changeATable(trace)
      }
      #expect(count == 3, "\(event) has dropped it")
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func whatWasAnsweredAgainstTheTablesEndsWithItsAddressSpace(name: String) throws {
    let others: [UInt64] = [0x40_0000, 0x80_0000]
    let bytes = try Self.bytes(processors: 2) { trace in
      for other in others {
        try trace.root(other)
        try trace.map(Self.page, to: 0x5000, under: other)
      }
      try Self.writeByWhatWasCached(trace)
      for vcpu in 0..<2 as Range<UInt32> {
        Self.turn(trace, to: vcpu)
        try trace.load(others[0])
      }
      try trace.writer.append(.rootRetired(RealAddress(Self.root)))
      // A root that gets the tag which is free again.
      try trace.load(others[1])
      try Self.read(trace, by: 1)
      try Self.changeATable(trace, under: others[0])
      try Self.read(trace, by: 1)
    }
    #expect(try Self.total(bytes, name).l2Misses == 3)
  }

  @Test func anExitFlushesItsOwnProcessorAlone() throws {
    let bytes = try Self.bytes(processors: 2) { trace in
      try Self.read(trace, by: 0)
      try Self.read(trace, by: 1)
      try Self.read(trace, 1, by: 1)
      for vcpu in 0..<2 as Range<UInt32> { try Self.read(trace, by: vcpu) }
    }
    #expect(try Self.total(bytes, "nested").l2Misses == 3)
    #expect(try Self.total(bytes, "nested", ["vpid=off"]).l2Misses == 4, "by a second-stage fault")
    func guestReferences(_ last: [UInt64]) throws -> UInt64 {
      let bytes = try Self.bytes(processors: 2) { trace in
        for index in [2, 0] as [UInt64] { try Self.read(trace, index, by: 0) }
        try Self.read(trace, 1, by: 1)
        for index in last { try Self.read(trace, index, by: 0) }
      }
      return try Self.total(bytes, "nested", ["vpid=off", "l1d.4K=1fa", "l2=1fa"]).walkReferencesGuest
    }
    #expect(try guestReferences([2]) - guestReferences([]) == 1, "walk caches stay too")
  }

  @Test(arguments: StrategyRegistry.names)
  func anInvalidationOfAProcessorWithoutARootLeavesTheOthersAlone(name: String) throws {
    let bytes = try Self.bytes(processors: 1) { trace in
      try Self.read(trace, by: 0)
      Self.turn(trace, to: 1)
      try trace.begin()
      try trace.writer.append(.invalidatePage(VirtualAddress(Self.page)))
      try Self.read(trace, by: 0)
      try Self.read(trace, 1, by: 0)
    }
    let total = try Self.total(bytes, name)
    #expect(total.l2Misses == 2)
    if name == "native" { #expect(total.walkReferencesGuest == 5, "walk caches stay too") }
  }

  @Test(arguments: StrategyRegistry.names)
  func machinesShareTheProcessorsOfEqualNumbers(name: String) throws {
    func misses(_ turns: [(vm: UInt32, vcpu: UInt32)], _ changes: String...) throws -> (
      misses: UInt64, switches: UInt64
    ) {
      let bytes = try Self.bytes(vms: 0..<2, processors: 2) { trace in
        for (vm, vcpu) in turns { try Self.read(trace, by: vcpu, of: vm) }
      }
      let total = try Self.total(bytes, name, changes)
      return (total.l1dMisses, total.vmSwitches)
    }
    let apart: [(UInt32, UInt32)] = [(1, 0), (0, 1), (1, 0), (0, 1), (1, 0)]
    #expect(try misses(apart, "vm.switch-flush=all") == (2, 3), "two come when the machines are set up")
    let together: [(UInt32, UInt32)] = [(1, 1), (0, 1), (1, 1), (0, 1), (1, 1)]
    #expect(try misses(together) == (2, 6))
    #expect(try misses(together, "vm.switch-flush=all") == (5, 6))
    #expect(try misses(together, "l1d.4K=1fa") == (5, 6), "in the one entry of processor 1")
    #expect(try misses(apart, "l1d.4K=1fa") == (2, 3))
  }

  @Test(arguments: StrategyRegistry.names)
  func aSegmentBeginsWithEmptyCachesOnEveryProcessor(name: String) throws {
    let segment = try Self.bytes(processors: 3) { trace in
      for _ in 0..<2 {
        for vcpu in 0..<3 as Range<UInt32> { try Self.read(trace, UInt64(vcpu), by: vcpu) }
      }
    }
    #expect(try Self.total(segment, name).l2Misses == 3)
    let total = try Self.total(segment + segment, name, ["host.backing=prepopulated"])
    #expect(total.l2Misses == 6)
    if name == "native" { #expect(total.walkReferencesGuest == 24, "nothing is left in walk caches") }
  }
}
