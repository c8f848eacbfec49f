import Addressing
import Foundation
import Testing
import Traces

/// Payloads made to do harm, with right checksums: an error or a trace, never a crash.
@Suite struct CraftedTests {
  /// Decodes all that decodes, whatever the reader says of footers and indexes.
  private func decode(_ bytes: [UInt8]) {
    let decoder = BlockDecoder()
    var records = RecordBlock()
    var runs = RunBlock()
    guard let reader = try? TraceReader(MemorySource(bytes)) else { return }
    while let block = try? reader.nextBlock() {
      try? decoder.decodeRecords(block, into: &records)
      _ = try? decoder.decodeCheckpoint(of: block)
      for streams in RunOracle.streams {
        for breaks in [[], [1, 2, 3, 50, 51, 90]] as [[UInt32]] {
          try? decoder.decodeRuns(block, streams: streams, breaks: breaks, into: &runs)
        }
      }
    }
  }

  @Test(arguments: 1...4, [true, false])
  func changedPayloadsDoNoHarm(seed: UInt64, hasFetches: Bool) throws {
    var trace = RandomTrace(seed: seed, hasFetches: hasFetches, owners: Int(seed))
    let members = RawMember.split(try trace.items(400).encoded(recordsPerBlock: 200))
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      var changed = members
      let index = Int(random.next() % UInt64(members.count))
      for _ in 0...(random.next() % 3) where !changed[index].payload.isEmpty {
        let position = Int(random.next() % UInt64(changed[index].payload.count))
        switch random.next() % 4 {
        case 0: changed[index].payload[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: changed[index].payload[position] ^= 1 << UInt8(random.next() % 8)
        case 2: changed[index].payload.remove(at: position)
        default: changed[index].payload.insert([0, 1, 0x7F, 0xFF][Int(random.next() % 4)], at: position)
        }
      }
      decode(changed.flatMap(\.bytes))
    }
  }

  @Test(arguments: [1, 2] as [UInt8])
  func randomPayloadsDoNoHarm(codec: UInt8) throws {
    var trace = RandomTrace(seed: 3, hasFetches: codec == 1)
    let members = RawMember.split(try trace.items(100).encoded())
    let block = try #require(members.firstIndex { $0.kind == 5 })
    var random = SplitMix64(seed: UInt64(codec))
    for _ in 0..<500 {
      var changed = members
      let bound: UInt64 = random.next() % 2 == 0 ? 6 : 256
      changed[block].payload = (0..<random.next() % 200).map { _ in UInt8(random.next() % bound) }
      // One owner and one stretch of all records, so that more gets past the first checks.
      let count = RawMember.integer(changed[block].header, at: 36)
      if random.next() % 4 > 0 {
        changed[block].payload = [1, 0, 0, 0, 0, 1, 0] + Zlib.varint(UInt64(count)) + changed[block].payload
      }
      decode(changed.flatMap(\.bytes))
    }
  }

  /// Footers are read before what they tell of, so their counts are held against their own sizes.
  @Test func footersWhoseCountsCannotBeAreRefused() throws {
    var trace = RandomTrace(seed: 5, hasFetches: true)
    let members = RawMember.split(try trace.items(400).encoded(recordsPerBlock: 200))
    let path = FileManager.default.temporaryDirectory.appending(
      path: "pagewalk-footer-\(UUID().uuidString).pwt")
    defer { try? FileManager.default.removeItem(at: path) }
    func list(_ change: (inout [UInt8]) -> Void) throws -> [TraceSegment] {
      var changed = members
      let length = UInt64(members.dropLast().reduce(0) { $0 + $1.bytes.count })
      changed[members.count - 1].payload.replaceSubrange(..<8, with: RawMember.bytes(length))
      change(&changed[members.count - 1].payload)
      try Data(changed.flatMap(\.bytes)).write(to: path)
      return try TraceSegment.list(path: path.path)
    }
    #expect(try list { _ in }.map(\.summary.blocks) == [2])
    // Records without kinds, kinds beyond every number, more records and events than blocks hold, more blocks than bytes
    // hold, more checkpoints than blocks.
    let large = RawMember.bytes(UInt64.max / 2 + 1)
    #expect(throws: TraceError.self) { try list { $0[16] ^= 1 } }
    #expect(throws: TraceError.self) { try list { $0.replaceSubrange(24..<40, with: large + large) } }
    #expect(throws: TraceError.self) {
      try list {
        $0.replaceSubrange(16..<32, with: large + large)
        $0.replaceSubrange(32..<56, with: [UInt8](repeating: 0, count: 24))
      }
    }
    #expect(throws: TraceError.self) { try list { $0.replaceSubrange(56..<64, with: large) } }
    #expect(throws: TraceError.self) {
      try list { $0.replaceSubrange(64..<68, with: RawMember.bytes(UInt32.max)) }
    }
    #expect(throws: TraceError.self) { try list { $0[68] = 3 } }
  }

  @Test func theWriterRefusesWhatTheFormatCannotHold() throws {
    let writer = try TraceWriter(to: MemorySink(name: "out.pwt"), header: TraceHeader())
    let wild = #expect(throws: TraceError.self) {
      try writer.append(Access(.load, VirtualAddress(1 << 56), size: 1))
    }
    #expect(wild?.problem == .notCanonical(VirtualAddress(1 << 56)))
    let large = #expect(throws: TraceError.self) {
      try writer.append(Access(.load, VirtualAddress(0), size: 4097))
    }
    #expect(large?.problem == .accessTooLarge(4097))
    let event = #expect(throws: TraceError.self) {
      try writer.append(.tableStore(RealAddress(0), width: 3, value: 0))
    }
    #expect(event?.problem == .notRepresentable("a table store of 3 bytes"))
  }
}
