import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// State checkpoints of whole guests (semantics rule 25): from each of them a replay goes on as from the trace's start.
@Suite struct GuestCheckpointTests {
  /// A bundled trace in blocks so small that checkpoints stand in it.
  private static func inSmallBlocks(_ name: String) throws -> [UInt8] {
    let reader = try TraceReader(MemorySource(try GuestTrace.bundled(name)))
    let sink = MemorySink()
    let writer = try TraceWriter(to: sink, header: reader.header, recordsPerBlock: 1000)
    var block = RecordBlock()
    while let encoded = try reader.nextBlock() {
      try BlockDecoder().decodeRecords(encoded, into: &block)
      try writer.append(block)
    }
    try writer.finish()
    return sink.bytes
  }

  @Test func checkpointsStandBeforeEvery64thBlockAndAgreeWithTheEvents() throws {
    let bytes = try Self.inSmallBlocks("fork")
    let reader = try TraceReader(MemorySource(bytes))
    var met = 0
    while let block = try reader.nextBlock() {
      #expect(block.hasCheckpoint == (block.number > 0 && block.number % 64 == 0))
      met += block.hasCheckpoint ? 1 : 0
    }
    #expect(met == 6)
    _ = try TraceVerifier.verify(MemorySource(bytes))
  }

  @Test(arguments: ["fork", "smp"])
  func everyRealAddressBehindACheckpointFollowsFromIt(name: String) throws {
    let bytes = try Self.inSmallBlocks(name)
    let reader = try TraceReader(MemorySource(bytes))
    var told: [Event] = []
    var block = RecordBlock()
    var resumed = 0
    var parts: [(sink: MemorySink, writer: TraceWriter)] = []
    while let encoded = try reader.nextBlock() {
      try BlockDecoder().decodeRecords(encoded, into: &block)
      if let checkpoint = try BlockDecoder().decodeCheckpoint(of: encoded) {
        let sink = MemorySink()
        let writer = try TraceWriter(to: sink, header: reader.header)
        for event in checkpoint.guestEvents {
          writer.select(event.owner)
          try writer.append(event.event)
        }
        parts.append((sink, writer))
        resumed += 1
      }
      for part in parts { try part.writer.append(block) }
      told += block.events.map(\.event)
    }
    #expect(resumed == 6)
    for part in parts {
      try part.writer.finish()
      let check = try TranslationCheck.check(try TraceReader(MemorySource(part.sink.bytes)), name: "part")
      #expect(check.checked > 0 && check.differing == 0)
      for strategy in StrategyRegistry.all {
        let (observer, _) = try StrategyConformance.check(part.sink.bytes, lane(try machine(), strategy))
        #expect(observer.violations == [])
      }
    }
  }

  @Test func aRootGivenUpWhileCR3HoldsItIsPartOfTheState() throws {
    let (old, new): (UInt64, UInt64) = (0x10_0000, 0x20_0000)
    let bytes = try GuestTrace.bytes(recordsPerBlock: 1) { trace in
      for root in [old, new] {
        try trace.root(root)
        try trace.map(0x40_0000, to: 0x5000, under: root)
      }
      try trace.begin()
      try trace.load(old)
      for record in 0..<200 {
        try trace.read(0x40_0000)
        if record == 40 { try trace.writer.append(.rootRetired(RealAddress(old))) }
        if record == 100 { try trace.load(new) }
      }
    }
    var roots: [[UInt64]] = []
    let reader = try TraceReader(MemorySource(bytes))
    while let block = try reader.nextBlock() {
      guard let checkpoint = try BlockDecoder().decodeCheckpoint(of: block) else { continue }
      roots.append(
        checkpoint.guestEvents.compactMap {
          if case .tableLinked(let frame, level: 4, _, _) = $0.event { frame.rawValue } else { nil }
        })
      let registers = checkpoint.guestEvents.compactMap {
        if case .controlRegister(let register, _) = $0.event { register } else { nil }
      }
      #expect(registers == [.cr0, .cr4, .efer, .cr3])
    }
    #expect(roots == [[old, new], [new], [new]])
    #expect(try replay(bytes, try machine(), NativeTranslation.self).tally.total.walks == 2)
  }

  @Test(arguments: ["fork", "smp"])
  func aDamagedTraceGoesOnAtTheNextCheckpoint(name: String) throws {
    var bytes = try Self.inSmallBlocks(name)
    let whole = try replay(bytes, try machine(), NativeTranslation.self)
    // In the third part of six.
    bytes[bytes.count * 2 / 5] ^= 4
    let sink = MemorySink()
    let report = try TraceSalvager.salvage(MemorySource(bytes), to: sink)
    #expect(report.lostRecords > 0 && report.lostRecords <= 65_000, "no more than a checkpoint's interval")
    #expect(report.records + report.lostRecords == whole.counts.accesses)
    _ = try TraceVerifier.verify(MemorySource(sink.bytes))
    for strategy in StrategyRegistry.all {
      let (observer, results) = try StrategyConformance.check(sink.bytes, lane(try machine(), strategy))
      #expect(results[0].counts.accesses == report.records)
      #expect(observer.violations == [])
    }
    let check = try TranslationCheck.check(try TraceReader(MemorySource(sink.bytes)), name: "salvaged")
    #expect(check.differing == 0)
  }
}
