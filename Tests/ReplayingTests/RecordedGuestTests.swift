import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// A recorded guest drives strategies by its own events.
@Suite struct RecordedGuestTests {
  private static let traces = Result {
    try ["fork", "pingpong", "hostile-thp", "smp"].map { ($0, try GuestTrace.bundled($0)) }
  }
  private static let root: UInt64 = 0x10_0000
  private static let kernel: UInt64 = 0xffff_8880_0000_0000

  private static func total(
    _ bytes: [UInt8], _ strategy: any TranslationStrategy.Type, _ changes: String...
  ) throws -> Counters {
    try replay(bytes, try machine("textbook", changes), strategy).tally.total
  }

  @Test(
    arguments: StrategyRegistry.names, [[], ["host.page=2M"], ["vpid=off"], ["host.backing=prepopulated"]])
  func everyStrategyTranslatesItAsTheReferenceDoes(strategy: String, changes: [String]) throws {
    var options = ReplayOptions()
    options.limit = 500_000
    for (name, bytes) in try Self.traces.get() {
      let lane = lane(try machine("skylake-lru", changes), try StrategyRegistry.strategy(named: strategy))
      let (observer, _) = try StrategyConformance.check(bytes, lane, options: options)
      #expect(observer.checked > 40_000, "\(name)")
      #expect(observer.violations == [], "\(name)")
    }
  }

  /// Events counted from the trace by the text of the manual alone: nothing of ours follows the tables here.
  @Test func eachEventOfItIsCountedOnce() throws {
    let bytes = try GuestTrace.bundled("fork")
    let reader = try TraceReader(MemorySource(bytes))
    let decoder = BlockDecoder()
    var block = RecordBlock()
    var levels: [UInt64: UInt8] = [:]
    var contents: [UInt64: UInt64] = [:]
    var (loads, faults, invalidations, leaves, uppers, established) = (0, 0, 0, 0, 0, 0)
    while let encoded = try reader.nextBlock() {
      try decoder.decodeRecords(encoded, into: &block)
      for event in block.events {
        switch event.event {
        case .controlRegister(.cr3, _): loads += 1
        case .pageFault: faults += 1
        case .invalidatePage: invalidations += 1
        case .tableLinked(let frame, let level, let entries, _):
          levels[frame.rawValue] = level
          for index in 0..<512 as Range<UInt64> { contents[frame.rawValue + 8 * index] = nil }
          for entry in entries { contents[frame.rawValue + 8 * UInt64(entry.index)] = entry.value }
        case .tableStore(let address, let width, let value):
          let (place, shift) = (address.rawValue & ~7, address.rawValue & 7 * 8)
          let mask = width == 8 ? UInt64.max : (1 << (8 * UInt64(width)) - 1) << shift
          let old = contents[place] ?? 0
          let new = old & ~mask | value << shift & mask
          contents[place] = new
          if levels[address.rawValue & ~4095] == 1 { leaves += 1 } else { uppers += 1 }
          let movesFrame = old & 1 == 1 && (old ^ new) & 0x000f_ffff_ffff_f000 != 0
          if new & 1 == 1, old & 1 == 0 || movesFrame { established += 1 }
        default: break
        }
      }
    }
    #expect(loads >= 100 && leaves >= 10_000, "what issue a trace of forks is for")
    let native = try Self.total(bytes, NativeTranslation.self)
    #expect(native.addressSpaceSwitches == UInt64(loads))
    #expect(native.faultsNotPresent + native.faultsProtection == UInt64(faults))
    #expect(native.pageInvalidations == UInt64(invalidations))
    #expect(native.tableStores == UInt64(leaves + uppers))
    let shadow = try Self.total(bytes, ShadowPaging.self)
    #expect(shadow.exitsTableStoreLeaf == UInt64(leaves))
    #expect(shadow.exitsTableStoreNonleaf == UInt64(uppers))
    #expect(shadow.exitsTrueFault == UInt64(faults))
    #expect(shadow.exitsInvalidatePage == UInt64(invalidations))
    #expect(shadow.exitsAddressSpaceSwitch == UInt64(loads))
    let realMap = try Self.total(bytes, RealMap.self)
    #expect(realMap.exitsTableStoreLeaf + realMap.exitsTableStoreNonleaf == UInt64(established))
    #expect(realMap.faultsSecondStage == 0, "what the guest maps is backed")
  }

  @Test func resultsDoNotDependOnTheNumberOfWorkers() throws {
    let bytes = try GuestTrace.bundled("fork")
    let lanes = try StrategyRegistry.all.map { lane(try machine(), $0) }
    var options = ReplayOptions()
    let alone = try replay([bytes], lanes, options)
    options.jobs = 3
    let together = try replay([bytes], lanes, options)
    #expect(together.map(\.tally) == alone.map(\.tally) && together.map(\.gauges) == alone.map(\.gauges))
  }

  /// Semantics rule 9 and Intel SDM, volume 3, 4.10.4.1.
  @Test(arguments: StrategyRegistry.names)
  func aRootLoadDropsWhatIsNotGlobalAndALoadOfCR4Everything(name: String) throws {
    let strategy = try StrategyRegistry.strategy(named: name)
    func walks(cr4: UInt64, between: (GuestTrace) throws -> Void) throws -> UInt64 {
      let bytes = try GuestTrace.bytes { trace in
        try trace.root(Self.root)
        try trace.map(0x40_0000, to: 0x5000, under: Self.root)
        try trace.begin(cr4: cr4)
        try trace.load(Self.root)
        try trace.map(Self.kernel, to: 0x6000, under: Self.root + 0x8000, flags: GuestTrace.global)
        try trace.store(
          GuestTrace.flags | Self.root + 0x9000, in: Self.root, at: Self.kernel, level: 4)
        for pass in 0..<2 {
          try trace.read(0x40_0000)
          try trace.read(Self.kernel)
          if pass == 0 { try between(trace) }
        }
      }
      return try Self.total(bytes, strategy).walks
    }
    let load = { (trace: GuestTrace) in try trace.load(Self.root) }
    let page = { (trace: GuestTrace) in try trace.writer.append(.invalidatePage(VirtualAddress(Self.kernel)))
    }
    let toggle = { (trace: GuestTrace) in try trace.begin(cr4: 0) }
    let same = { (trace: GuestTrace) in try trace.begin(cr4: GuestTrace.globalPages) }
    #expect(try walks(cr4: GuestTrace.globalPages) { _ in } == 2)
    #expect(try walks(cr4: GuestTrace.globalPages, between: load) == 3, "the global page stays")
    #expect(try walks(cr4: GuestTrace.globalPages, between: page) == 3, "INVLPG drops a global page")
    #expect(try walks(cr4: GuestTrace.globalPages, between: toggle) == 4)
    #expect(try walks(cr4: GuestTrace.globalPages, between: same) == 2, "a load that changes nothing")
    #expect(try walks(cr4: 0, between: load) == 4, "without CR4.PGE the bit means nothing")
  }

  @Test(arguments: StrategyRegistry.names)
  func aGlobalPageIsSharedByAddressSpacesOfItsMachineAlone(name: String) throws {
    let bytes = try GuestTrace.bytes { trace in
      for vm in 0..<2 as Range<UInt32> {
        trace.writer.select(Owner(vm: vm, vcpu: 0))
        for root in [Self.root, Self.root + 0x4000] {
          try trace.root(root)
          try trace.map(Self.kernel, to: 0x6000, under: root, flags: GuestTrace.global)
        }
        try trace.begin(cr4: GuestTrace.globalPages)
        for root in [Self.root, Self.root + 0x4000] {
          try trace.load(root)
          try trace.read(Self.kernel)
        }
      }
      trace.writer.select(Owner(vm: 0, vcpu: 0))
      try trace.read(Self.kernel)
    }
    let total = try Self.total(bytes, try StrategyRegistry.strategy(named: name))
    #expect(total.walks == 2, "one for each machine")
  }

  @Test(arguments: StrategyRegistry.names, [(2, 3 as UInt64), (3, 2)])
  func largeLeavesInTheUpperHalfAreWalkedToTheirLevel(name: String, leaf: (level: Int, references: UInt64))
    throws
  {
    let bytes = try GuestTrace.bytes { trace in
      try trace.root(Self.root)
      try trace.begin()
      try trace.load(Self.root)
      try trace.map(Self.kernel, to: 0x4000_0000, under: Self.root, level: leaf.level)
      try trace.read(Self.kernel + 0x1f_f000)
      try trace.read(Self.kernel + 0x12_3000)
    }
    let strategy = try StrategyRegistry.strategy(named: name)
    let lane = lane(try machine("textbook", "host.page=1G"), strategy)
    let (observer, results) = try StrategyConformance.check(bytes, lane)
    #expect(observer.checked == 2 && observer.violations == [])
    let total = results[0].tally.total
    #expect(total.walks == 1, "one entry serves both")
    if name == "native" { #expect(total.walkReferencesGuest == leaf.references) }
  }

  @Test func aLinkedTableIsEstablishedByTheStoreThatLinksIt() throws {
    let bytes = try GuestTrace.bytes { trace in
      try trace.root(Self.root)
      try trace.begin()
      try trace.load(Self.root)
      try trace.map(0x40_0000, to: 0x5000, under: Self.root)
      let entries = (0..<512).map {
        TableEntry(index: UInt16($0), value: GuestTrace.flags | UInt64(0x80_0000 + $0 << 12))
      }
      try trace.writer.append(
        .tableLinked(RealAddress(0x20_0000), level: 1, entries: entries, storesBefore: 512))
      try trace.store(GuestTrace.flags | 0x20_0000, in: Self.root + 0x2000, at: 0x60_0000, level: 2)
      for page in 0..<512 as Range<UInt64> { try trace.read(0x60_0000 + page << 12) }
    }
    let realMap = try Self.total(bytes, RealMap.self)
    #expect(realMap.exitsTableStoreNonleaf == 4 && realMap.exitsTableStoreLeaf == 1)
    // 512 pages and their table; the three tables and the page of the first mapping.
    #expect(realMap.realMapEntriesEstablished == 513 + 4 + realMap.faultsSecondStage)
    #expect(realMap.faultsSecondStage <= 1, "the root alone")
    let nested = try Self.total(bytes, NestedPaging.self)
    #expect(nested.faultsSecondStage >= 512)
  }

  @Test(arguments: StrategyRegistry.names)
  func aPageOfADeviceTranslatesLikeMemory(name: String) throws {
    let bytes = try GuestTrace.bytes { trace in
      try trace.writer.append(.memorySlot(RealAddress(0), length: 1 << 29, isDevice: false))
      try trace.root(Self.root)
      try trace.begin()
      try trace.load(Self.root)
      try trace.map(Self.kernel, to: 0xfee0_0000, under: Self.root)
      try trace.writer.append(.memorySlot(RealAddress(0xfee0_0000), length: 4096, isDevice: true))
      try trace.read(Self.kernel)
    }
    let strategy = try StrategyRegistry.strategy(named: name)
    let (observer, _) = try StrategyConformance.check(bytes, lane(try machine(), strategy))
    #expect(observer.checked == 1 && observer.violations == [])
  }

  /// What programs ask of their kernel is told; the kernel's own stores are what counts.
  @Test(arguments: StrategyRegistry.names)
  func whatProgramsMapChangesNoCount(strategy: String) throws {
    let kind = try StrategyRegistry.strategy(named: strategy)
    func total(telling: Bool) throws -> Counters {
      let bytes = try GuestTrace.bytes { trace in
        func tell(_ event: Event) throws { if telling { try trace.writer.append(event) } }
        try trace.begin()
        try trace.root(Self.root)
        try trace.load(Self.root)
        try tell(.map(VirtualAddress(0x4000), length: 1 << 20, [.read, .write], .anonymous))
        try tell(.programBreak(VirtualAddress(0x4000)))
        try trace.map(0x4000, to: 0x80_0000, under: Self.root)
        try trace.read(0x4000)
        try tell(.protect(VirtualAddress(0x4000), length: 4096, .read))
        try trace.read(0x4008)
        try tell(.advise(VirtualAddress(0x4000), length: 4096, .discard))
        try tell(.remap(VirtualAddress(0x4000), oldLength: 4096, to: VirtualAddress(0x8000), newLength: 4096))
        try tell(.unmap(VirtualAddress(0x4000), length: 4096))
        try trace.read(0x4010)
      }
      return try Self.total(bytes, kind)
    }
    #expect(try total(telling: true) == total(telling: false))
  }

  @Test func aRootGivenUpServesUntilTheNextIsLoaded() throws {
    let bytes = try GuestTrace.bytes { trace in
      for root in [Self.root, Self.root + 0x8000] {
        try trace.root(root)
        try trace.map(Self.kernel, to: 0x6000, under: root)
      }
      try trace.begin()
      try trace.load(Self.root)
      try trace.writer.append(.rootRetired(RealAddress(Self.root)))
      try trace.read(Self.kernel)
      try trace.load(Self.root + 0x8000)
      try trace.read(Self.kernel)
    }
    for strategy in StrategyRegistry.all {
      #expect(try Self.total(bytes, strategy).walks == 2)
      let (observer, _) = try StrategyConformance.check(bytes, lane(try machine(), strategy))
      #expect(observer.violations == [])
    }
  }
}
