import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// What cannot be replayed of a recorded guest is refused where it stands.
@Suite struct RecordedGuestErrorTests {
  private static let root: UInt64 = 0x10_0000

  /// The message of a replay that must fail, on every strategy the same but for its name.
  private func message(
    changes: [String] = [], options: ReplayOptions = ReplayOptions(),
    _ build: (GuestTrace) throws -> Void
  ) throws -> String {
    let bytes = try GuestTrace.bytes(build)
    var messages: Set<String> = []
    for strategy in StrategyRegistry.all {
      let error = #expect(throws: ReplayError.self) {
        try replay([bytes], [lane(try machine("skylake-lru", changes), strategy)], options)
      }
      let message = error?.description ?? ""
      messages.insert(message.replacing("strategy \(strategy.name): ", with: ""))
    }
    #expect(messages.count == 1, "\(messages)")
    return messages.first ?? ""
  }

  private func mapped(_ trace: GuestTrace) throws {
    try trace.root(Self.root)
    try trace.begin()
    try trace.load(Self.root)
    try trace.map(0x40_0000, to: 0x5000, under: Self.root)
    try trace.read(0x40_0000)
  }

  @Test func anAccessThatTheTablesDoNotMapIsNamedWithItsRecord() throws {
    let text = try message { trace in
      try mapped(trace)
      try trace.read(0x40_0008)
      try trace.read(0x77_1230)
    }
    #expect(text.hasPrefix("trace 0: at or behind record 2: ") && text.contains("0x771000"), "\(text)")
  }

  @Test func anAccessOrAFaultBeforeTheFirstRootIsRefused() throws {
    #expect(try message { try $0.read(0x40_0000) }.contains("record 0: 0x400000 is used before CR3"))
    let text = try message { trace in
      try trace.writer.append(
        .pageFault(VirtualAddress(0x5000), errorCode: 4, privilege: 3, instruction: nil))
      try mapped(trace)
    }
    #expect(text.contains("0x5000 is used before CR3"))
  }

  @Test func waysToTranslateThatAreNotModelledAreRefused() throws {
    let registers: [(ControlRegister, UInt64, String)] = [
      (.cr0, 0x8004_0033, "CR0.WP"), (.cr0, 0x1_0011, "CR0.PG"), (.efer, 1, "EFER.LMA"), (.cr4, 0, "CR4.PAE"),
      (.cr4, 1 << 5 | 1 << 17, "set pcid=on"),
      (.cr4, 1 << 5 | 1 << 12, "guest.levels=5"),
    ]
    for (register, value, part) in registers {
      let text = try message { trace in
        try mapped(trace)
        try trace.writer.append(.controlRegister(register, value: value))
        try trace.read(0x40_0000)
      }
      #expect(text.contains("record 1: ") && text.contains(part), "\(text)")
    }
  }

  @Test func identifiersThatAProcessorRefusesAreRefused() throws {
    let text = try message(changes: ["pcid=on"]) { trace in
      try mapped(trace)
      try trace.writer.append(.invalidateContext(type: 1, pcid: 3, VirtualAddress(0)))
      try trace.read(0x40_0000)
    }
    #expect(text.contains("record 1: INVPCID names PCID 3 while CR4.PCIDE is clear"), "\(text)")
    let other = try message(changes: ["pcid=on"]) { trace in
      try mapped(trace)
      try trace.load(Self.root | 0x18)
      try trace.begin(cr4: GuestTrace.identifiers)
      try trace.read(0x40_0000)
    }
    #expect(other.contains("record 1: CR4.PCIDE is set while bits of CR3"), "\(other)")
  }

  @Test func behindLostRecordsTheStateMustBeTold() throws {
    let text = try message { trace in
      try mapped(trace)
      try trace.writer.append(.gap(records: 5))
      try trace.read(0x40_0000)
    }
    #expect(text.contains("record 1: 0x400000 is used before CR3"), "\(text)")
    let bytes = try GuestTrace.bytes { trace in
      try mapped(trace)
      try trace.writer.append(.gap(records: 5))
      try mapped(trace)
    }
    for strategy in StrategyRegistry.all {
      let result = try replay(bytes, try machine(), strategy)
      #expect(
        result.counts.accesses == 2 && result.tally.total.walks == 2, "nothing is cached behind the gap")
    }
  }

  @Test func tablesThatContradictThemselvesAreNamed() throws {
    let text = try message { trace in
      try mapped(trace)
      try trace.store(GuestTrace.flags | Self.root, in: Self.root, at: 0x80_0000_0000, level: 4)
      try trace.read(0x40_0000)
    }
    #expect(text.contains("record 1: ") && text.contains("level"), "\(text)")
  }

  /// Every entry of three levels leads to one table below.
  @Test func aTableAtPlacesWithoutEndIsNamedWhereItChanges() throws {
    let bytes = try GuestTrace.bytes { trace in
      try mapped(trace)
      for level in [4, 3, 2] as [UInt64] {
        let table = Self.root + (4 - level) << 12
        for index in 0..<512 as Range<UInt64> {
          try trace.writer.append(
            .tableStore(RealAddress(table + 8 * index), width: 8, value: GuestTrace.flags | (table + 0x1000)))
        }
      }
      try trace.read(0x40_0000)
      try trace.store(GuestTrace.flags | 0x6000, in: Self.root + 0x3000, at: 0x40_0000, level: 1)
      try trace.read(0x40_0000)
    }
    let error = #expect(throws: ReplayError.self) { try replay(bytes, try machine(), ShadowPaging.self) }
    #expect(
      error?.description.contains("record 2: ") == true && error?.description.contains("0x103000") == true,
      "\(String(describing: error))")
    #expect(try replay(bytes, try machine(), NativeTranslation.self).counts.accesses == 3)
  }

  @Test func settingsOfTheGuestModelAreRefused() throws {
    #expect(try message(changes: ["guest.page=2M"], mapped).contains("guest.page"))
    #expect(try message(changes: ["guest.zero-page=on"], mapped).contains("guest.zero-page"))
    #expect(try message(changes: ["guest.levels=5"], mapped).contains("guest.levels=4"))
    var options = ReplayOptions()
    options.ignoresEvents = true
    #expect(try message(options: options, mapped).contains("--ignore-events"))
  }

  @Test func aGuestWithMoreMemoryThanTheMachineIsRefused() throws {
    let bytes = try GuestTrace.bytes { trace in
      try mapped(trace)
      try trace.map(0x7000_0000_0000, to: 1 << 40, under: Self.root + 0x10000)
      try trace.store(GuestTrace.flags | Self.root + 0x11000, in: Self.root, at: 0x7000_0000_0000, level: 4)
      try trace.read(0x7000_0000_0000)
    }
    for strategy in StrategyRegistry.all where strategy.name != "native" {
      let error = #expect(throws: ReplayError.self) { try replay(bytes, try machine(), strategy) }
      #expect(error?.description.contains("vm.memory") == true)
    }
  }
}
