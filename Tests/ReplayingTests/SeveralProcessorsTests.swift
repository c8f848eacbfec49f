import Addressing
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// A recorded guest with several virtual processors, which run in turns: each has its own registers, and finds in the TLBs
/// what it put there itself.
@Suite struct SeveralProcessorsTests {
  private static let root: UInt64 = 0x10_0000
  private static let other: UInt64 = 0x20_0000
  private static let page: UInt64 = 0x40_0000
  private static let kernel: UInt64 = 0xffff_8880_0000_0000
  private static let leafTable = root + 0x3000

  /// Two processors that have loaded one root, which maps ``page`` writable.
  private static func bytes(cr4: UInt64 = 0, _ build: (GuestTrace) throws -> Void) throws -> [UInt8] {
    try GuestTrace.bytes { trace in
      try trace.root(root)
      try trace.map(page, to: 0x5000, under: root)
      for vcpu in [1, 0] as [UInt32] {
        turn(trace, to: vcpu)
        try trace.begin(cr4: cr4)
        try trace.load(root)
      }
      try build(trace)
    }
  }

  private static func turn(_ trace: GuestTrace, to vcpu: UInt32) {
    trace.writer.select(Owner(vm: 0, vcpu: vcpu, addressSpace: 1))
  }

  private static func write(_ trace: GuestTrace) throws {
    try trace.writer.append(Access(.store, VirtualAddress(page), size: 8))
  }

  private static func total(_ bytes: [UInt8], _ name: String, _ changes: String...) throws -> Counters {
    try replay(bytes, try machine("textbook", changes), try StrategyRegistry.strategy(named: name)).tally
      .total
  }

  /// Walks of reads of ``page`` by processors in turn.
  private static func walks(_ name: String, _ turns: [UInt32], _ changes: String...) throws -> UInt64 {
    let bytes = try bytes { trace in
      for vcpu in turns {
        turn(trace, to: vcpu)
        try trace.read(page)
      }
    }
    return try replay(
      bytes, try machine("textbook", changes), try StrategyRegistry.strategy(named: name)
    ).tally.total.walks
  }

  @Test(arguments: StrategyRegistry.names)
  func eachFindsItsOwnTranslationsAlone(name: String) throws {
    #expect(try Self.walks(name, [0, 0]) == 1)
    #expect(try Self.walks(name, [0, 1]) == 2, "what one cached the other does not find")
    #expect(try Self.walks(name, [0, 1, 0, 1]) == 2, "and keeps while the other runs")
    #expect(try Self.walks(name, [0, 1, 0, 1], "vm.switch-flush=all") == 2, "no other machine runs")
  }

  @Test(arguments: StrategyRegistry.names)
  func eachHasItsOwnRoot(name: String) throws {
    let bytes = try Self.bytes { trace in
      try trace.root(Self.other)
      try trace.map(Self.page, to: 0x6000, under: Self.other)
      Self.turn(trace, to: 1)
      try trace.load(Self.other)
      for vcpu in [0, 1, 0] as [UInt32] {
        Self.turn(trace, to: vcpu)
        try trace.read(Self.page)
      }
    }
    let strategy = try StrategyRegistry.strategy(named: name)
    let (observer, results) = try StrategyConformance.check(bytes, lane(try machine(), strategy))
    #expect(observer.checked == 3 && observer.violations == [])
    #expect(results[0].tally.total.walks == 2 && results[0].tally.total.vmSwitches == 0)
  }

  @Test(arguments: StrategyRegistry.names)
  func invalidationsReachTheirOwnProcessorAlone(name: String) throws {
    func walks(_ event: Event) throws -> UInt64 {
      try Self.total(
        try Self.bytes { trace in
          for vcpu in [0, 1] as [UInt32] {
            Self.turn(trace, to: vcpu)
            try trace.read(Self.page)
          }
          try trace.writer.append(event)
          for vcpu in [0, 1] as [UInt32] {
            Self.turn(trace, to: vcpu)
            try trace.read(Self.page)
          }
        }, name
      ).walks
    }
    #expect(try walks(.invalidatePage(VirtualAddress(Self.page))) == 3)
    #expect(try walks(.controlRegister(.cr3, value: Self.root)) == 3)
    #expect(try walks(.controlRegister(.cr4, value: GuestTrace.cr4 | GuestTrace.globalPages)) == 3)
  }

  @Test(arguments: StrategyRegistry.names)
  func globalPagesAreEachProcessorsOwn(name: String) throws {
    let bytes = try Self.bytes(cr4: GuestTrace.globalPages) { trace in
      try trace.map(Self.kernel, to: 0x6000, under: Self.root + 0x8000, flags: GuestTrace.global)
      try trace.store(
        GuestTrace.flags | Self.root + 0x9000, in: Self.root, at: Self.kernel, level: 4)
      for _ in 0..<2 {
        for vcpu in [0, 1] as [UInt32] {
          Self.turn(trace, to: vcpu)
          try trace.load(Self.root)
          try trace.read(Self.kernel)
        }
      }
      try trace.writer.append(.invalidatePage(VirtualAddress(Self.kernel)))
      for vcpu in [0, 1] as [UInt32] {
        Self.turn(trace, to: vcpu)
        try trace.read(Self.kernel)
      }
    }
    #expect(try Self.total(bytes, name).walks == 3)
  }

  /// The hypervisor cannot leave a shadow entry to any processor that the guest's table no longer has.
  @Test func aZappedShadowEntryIsGoneOnEveryProcessor() throws {
    let bytes = try Self.bytes { trace in
      for round in 0..<2 as Range<UInt64> {
        for vcpu in [0, 1] as [UInt32] {
          Self.turn(trace, to: vcpu)
          try trace.read(Self.page)
        }
        try trace.store(
          GuestTrace.flags | 0x6000 + round << 12, in: Self.leafTable, at: Self.page, level: 1)
      }
    }
    let total = try Self.total(bytes, "shadow")
    #expect(total.shadowEntriesZapped == 1 && total.walks == 4)
    #expect(total.exitsHiddenFault == 2, "one shadow table serves both processors")
    #expect(try Self.total(bytes, "native").walks == 3, "the one that stored was not asked to forget")
  }

  /// Semantics rule 32: the second processor was recorded writing by what it had cached before the first protected the page.
  @Test(arguments: StrategyRegistry.names, [["l2=4x4", "l1d.4K=4x4"], ["vpid=off"], []])
  func whatAProcessorNeedNotHaveForgottenStillTranslates(name: String, changes: [String]) throws {
    func bytes(_ between: (GuestTrace) throws -> Void) throws -> [UInt8] {
      try Self.bytes { trace in
        for index in 1..<32 as Range<UInt64> {
          try trace.store(
            GuestTrace.flags | 0x10_0000 + index << 12, in: Self.leafTable, at: Self.page + index << 12,
            level: 1)
        }
        Self.turn(trace, to: 1)
        try Self.write(trace)
        for index in 1..<32 as Range<UInt64> { try trace.read(Self.page + index << 12) }
        Self.turn(trace, to: 0)
        try trace.store(GuestTrace.flags & ~2 | 0x5000, in: Self.leafTable, at: Self.page, level: 1)
        Self.turn(trace, to: 1)
        try between(trace)
        try Self.write(trace)
      }
    }
    let lane = lane(try machine("textbook", changes), try StrategyRegistry.strategy(named: name))
    let (observer, _) = try StrategyConformance.check(try bytes { _ in }, lane)
    #expect(observer.checked == 33 && observer.violations == [])
    for event in [
      Event.invalidatePage(VirtualAddress(Self.page)), .controlRegister(.cr3, value: Self.root),
      .pageFault(VirtualAddress(Self.page), errorCode: 7, privilege: 3, instruction: nil),
    ] {
      let trace = try bytes { try $0.writer.append(event) }
      let error = #expect(throws: ReplayError.self, "\(event)") { try StrategyConformance.check(trace, lane) }
      #expect(error?.description.contains("do not allow the access to 0x400000") == true)
    }
  }

  @Test func aRealAddressMayBeOneThatItsProcessorNeedNotHaveForgotten() throws {
    func differing(reader: UInt32, _ between: (GuestTrace) throws -> Void) throws -> UInt64 {
      let bytes = try Self.bytes { trace in
        Self.turn(trace, to: 1)
        try trace.writer.append(.translation(VirtualAddress(Self.page), RealAddress(0x5000)))
        try trace.read(Self.page)
        Self.turn(trace, to: 0)
        try trace.store(0, in: Self.leafTable, at: Self.page, level: 1)
        Self.turn(trace, to: reader)
        try between(trace)
        try trace.read(Self.page)
      }
      return try TranslationCheck.check(try TraceReader(MemorySource(bytes)), name: "guest").differing
    }
    #expect(try differing(reader: 1) { _ in } == 0)
    #expect(try differing(reader: 0) { _ in } == 1, "this one never had it")
    #expect(
      try differing(reader: 1) { try $0.writer.append(.invalidatePage(VirtualAddress(Self.page))) } == 1)
    #expect(try differing(reader: 1) { try $0.load(Self.root) } == 1)
  }

  @Test func aRootServesUntilTheLastProcessorLoadsAnother() throws {
    let bytes = try Self.bytes { trace in
      try trace.root(Self.other)
      try trace.map(Self.page, to: 0x6000, under: Self.other)
      try trace.writer.append(.rootRetired(RealAddress(Self.root)))
      try trace.load(Self.other)
      try trace.read(Self.page)
      Self.turn(trace, to: 1)
      try trace.read(Self.page)
      try trace.load(Self.other)
      try trace.read(Self.page)
    }
    for strategy in StrategyRegistry.all {
      let (observer, _) = try StrategyConformance.check(bytes, lane(try machine(), strategy))
      #expect(observer.checked == 3 && observer.violations == [])
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func aProcessorThatIsNotNamedIsTheOneThatRuns(name: String) throws {
    let bytes = try Self.bytes { trace in
      try trace.read(Self.page)
      trace.writer.select(Owner(vm: 0, addressSpace: 1))
      try trace.writer.append(.invalidatePage(VirtualAddress(Self.page)))
      try trace.read(Self.page)
    }
    #expect(try Self.total(bytes, name).walks == 2)
  }

  @Test func processorsWithoutEndAreRefused() throws {
    let bytes = try GuestTrace.bytes { trace in
      try trace.root(Self.root)
      for vcpu in 0..<300 as Range<UInt32> {
        Self.turn(trace, to: vcpu)
        try trace.begin()
        try trace.load(Self.root)
      }
      try trace.read(Self.page)
    }
    let error = #expect(throws: ReplayError.self) {
      try replay(bytes, try machine(), NativeTranslation.self)
    }
    #expect(error?.description.contains("more than 256 virtual processors") == true)
  }
}
