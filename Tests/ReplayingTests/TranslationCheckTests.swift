import Addressing
import Replaying
import Testing
import Traces

/// Real addresses that a recorder saw, held against the tables that the trace makes.
@Suite struct TranslationCheckTests {
  private static func check(_ bytes: [UInt8]) throws -> TranslationCheck {
    try TranslationCheck.check(try TraceReader(MemorySource(bytes)), name: "guest")
  }

  /// A bundled trace with one of its events changed.
  private static func changed(
    _ name: String, _ change: (PositionedEvent, _ record: UInt64) -> Event?
  ) throws -> (bytes: [UInt8], record: UInt64) {
    let reader = try TraceReader(MemorySource(try GuestTrace.bundled(name)))
    let sink = MemorySink()
    let writer = try TraceWriter(to: sink, header: reader.header)
    let decoder = BlockDecoder()
    var block = RecordBlock()
    var base: UInt64 = 0
    var changedRecord: UInt64?
    while let encoded = try reader.nextBlock() {
      try decoder.decodeRecords(encoded, into: &block)
      var (events, spans) = (block.events[...], block.spans[...])
      var owner = Owner.unknown
      for position in 0...block.accesses.count {
        let record = base + UInt64(position)
        while let event = events.first, event.position <= position {
          events.removeFirst()
          writer.select(event.owner)
          let other = changedRecord == nil ? change(event, record) : nil
          if other != nil { changedRecord = record }
          try writer.append(other ?? event.event)
        }
        while let span = spans.first, span.position <= position {
          owner = span.owner
          spans.removeFirst()
        }
        writer.select(owner)
        if position < block.accesses.count { try writer.append(block.accesses[position]) }
      }
      base += UInt64(block.accesses.count)
    }
    try writer.finish()
    return (sink.bytes, try #require(changedRecord))
  }

  @Test(arguments: [
    "churn", "database-thp", "database", "fork", "hostile-thp", "hostile", "pingpong", "smp", "fork-la57",
  ])
  func everyRealAddressOfABundledTraceIsThatOfItsTables(name: String) throws {
    let bytes = try GuestTrace.bundled(name)
    let check = try Self.check(bytes)
    let reader = try TraceReader(MemorySource(bytes))
    while try reader.nextBlock() != nil {}
    #expect(check.differing == 0 && check.first == nil)
    #expect(check.checked == reader.summaries[0].records, "each access has a page that was told")
  }

  @Test func aChangedStoreToATableIsFoundAtTheNextAccessThroughIt() throws {
    let unchanged = try Self.changed("fork") { event, _ in event.event }
    #expect(try Self.check(unchanged.bytes).differing == 0)
    // The first store behind 50,000 records that maps a page of a program: another page is stored.
    let (bytes, record) = try Self.changed("fork") { event, record in
      guard record > 50_000, case .tableStore(let address, width: 8, let value) = event.event,
        value & 0x8000_0000_0000_0007 == 0x8000_0000_0000_0007
      else { return nil }
      return .tableStore(address, width: 8, value: value ^ 0x1000)
    }
    let check = try Self.check(bytes)
    #expect(check.differing > 0)
    let first = try #require(check.first)
    #expect(first.place.trace == "guest" && first.place.record >= record)
    #expect(first.recorded.rawValue == (first.rebuilt?.rawValue ?? 0) ^ 0x1000)
  }

  @Test func aPageThatTheTablesDoNotMapDiffers() throws {
    let page: UInt64 = 0x40_0000
    let bytes = try GuestTrace.bytes { trace in
      try trace.root(0x10_0000)
      try trace.begin()
      try trace.load(0x10_0000)
      try trace.map(page, to: 0x5000, under: 0x10_0000)
      try trace.writer.append(.translation(VirtualAddress(page), RealAddress(0x5000)))
      for _ in 0..<3 { try trace.read(page + 8) }
      try trace.store(0, in: 0x10_3000, at: page, level: 1)
      try trace.read(page + 16)
      try trace.read(page + 0x1000)
    }
    let check = try Self.check(bytes)
    #expect(check.checked == 4, "the last page was never told")
    #expect(check.differing == 1)
    #expect(check.first?.place == TracePlace(trace: "guest", record: 3))
    #expect(check.first?.address == VirtualAddress(page + 16))
    #expect(check.first?.recorded == RealAddress(0x5000) && check.first?.rebuilt == nil)
  }

  @Test func eventsThatNoTablesCanFollowAreNamedWithTheirPlace() throws {
    let bytes = try GuestTrace.bytes { trace in
      try trace.root(0x10_0000)
      try trace.load(0x10_0000)
      try trace.map(0x40_0000, to: 0x5000, under: 0x10_0000)
      try trace.read(0x40_0000)
      try trace.writer.append(.controlRegister(.cr0, value: 0))
    }
    let error = #expect(throws: ReplayError.self) { try Self.check(bytes) }
    #expect(error?.description.hasPrefix("guest: record 1: CR0.PG is clear") == true)
  }
}
