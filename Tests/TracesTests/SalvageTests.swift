import Addressing
import Testing
import Traces

/// What is left of a damaged trace.
@Suite struct SalvageTests {
  private func salvage(_ bytes: [UInt8]) throws -> (items: [TraceItem], report: TraceSalvager.Report) {
    let sink = MemorySink()
    let report = try TraceSalvager.salvage(MemorySource(bytes), to: sink)
    _ = try TraceVerifier.verify(MemorySource(sink.bytes))
    return (try decodeAll(sink.bytes).flatMap(\.items), report)
  }

  private func trace(hasFetches: Bool) throws -> (items: [TraceItem], bytes: [UInt8], blocks: [[TraceItem]]) {
    var random = RandomTrace(seed: 51, hasFetches: hasFetches, owners: 2)
    let items = random.items(2000)
    let bytes = try items.encoded(recordsPerBlock: 200)
    return (items, bytes, try decodeAll(bytes).map(\.items))
  }

  @Test(arguments: [true, false]) func aWholeTraceIsSavedWhole(hasFetches: Bool) throws {
    let (items, bytes, _) = try trace(hasFetches: hasFetches)
    let (saved, report) = try salvage(bytes + bytes)
    #expect(saved == items + items)
    #expect(report.gaps == 0 && report.segments == 2)
  }

  @Test(arguments: [true, false]) func aDamagedByteCostsABlockAndIsMarked(hasFetches: Bool) throws {
    let (_, bytes, blocks) = try trace(hasFetches: hasFetches)
    var random = SplitMix64(seed: 52)
    for _ in 0..<40 {
      let position = Int(random.next() % UInt64(bytes.count))
      var damaged = bytes
      damaged[position] ^= 1 << UInt8(random.next() % 8)
      let (saved, report) = try salvage(damaged)
      // At most the block of the byte, and the next, are missing; a gap tells how many records that is.
      let accesses = saved.filter { if case .access = $0 { true } else { false } }
      let all = blocks.flatMap(\.self).filter { if case .access = $0 { true } else { false } }
      #expect(
        UInt64(accesses.count) + report.lostRecords == UInt64(all.count) || report.gaps > 0,
        "byte \(position)")
      #expect(accesses.count >= all.count - 400, "byte \(position)")
      let missing = all.count - accesses.count
      let start = zip(accesses, all).prefix { $0 == $1 }.count
      #expect(Array(all[..<start] + all[(start + missing)...]) == accesses, "byte \(position)")
    }
  }

  @Test func aCutTraceIsSavedUpToTheCut() throws {
    let (_, bytes, blocks) = try trace(hasFetches: true)
    for count in [bytes.count - 1, bytes.count / 2, 400] {
      let (saved, report) = try salvage(Array(bytes[..<count]))
      let gap = TraceItem.event(.gap(records: nil), .unknown)
      #expect(saved.last == gap && report.gaps == 1)
      let whole = blocks[..<Int(report.blocks)].flatMap(\.self)
      #expect(saved.dropLast() == whole[...])
    }
  }

  @Test func lossesBeyondEveryNumberAreToldAsTheLargest() throws {
    var members = RawMember.split(try trace(hasFetches: true).bytes)
    for index in members.indices where (3...5).contains(members[index].kind) {
      guard RawMember.integer(members[index].header, at: 24) == 1 else { continue }
      members[index].header.replaceSubrange(40..<48, with: RawMember.bytes(UInt64.max - 1000))
    }
    let bytes = members.flatMap(\.bytes)
    #expect(try salvage(bytes + bytes).report.lostRecords == .max)
  }

  /// The second block of two or three.
  @Test(arguments: [true, false]) func aLostBlockOfEventsAloneIsMarked(isLast: Bool) throws {
    let access = TraceItem.access(Access(.load, VirtualAddress(0x1000), size: 8), .unknown)
    let event = TraceItem.event(.map(VirtualAddress(0x1000), length: 4096, [.read], .anonymous), .unknown)
    let events = [TraceItem](repeating: event, count: isLast ? 20_000 : 40_000)
    let bytes = try ([access] + events + (isLast ? [] : [access])).encoded()
    var start = 0
    for member in RawMember.split(bytes) {
      if member.kind == 5, RawMember.integer(member.header, at: 24) == 1 {
        #expect(RawMember.integer(member.header, at: 36) == 0)
        break
      }
      start += 54 + RawMember.integer(Array(bytes[start...]), at: 28) + 8
    }
    var damaged = bytes
    damaged[start + 56] ^= 1
    let (saved, report) = try salvage(damaged)
    #expect(report.lostBlocks == 1 && report.lostRecords == 0 && report.gaps == 1)
    #expect(saved.contains(.event(.gap(records: nil), .unknown)))
  }

  @Test func nothingIsSavedOfWhatIsNoTrace() {
    #expect(throws: TraceError.self) { try salvage([UInt8](repeating: 31, count: 5000)) }
  }

  /// Every member damaged in turn: what the report says is lost is what is not there.
  @Test(arguments: [true, false]) func theReportTellsWhatWasLost(hasFetches: Bool) throws {
    let (_, bytes, blocks) = try trace(hasFetches: hasFetches)
    let all = RawMember.split(bytes)
    var start = 0
    for member in all {
      let kind = member.kind
      let size = 54 + RawMember.integer(Array(bytes[start...]), at: 28) + 8
      var damaged = bytes
      damaged[start + 60] ^= 1
      start += size
      let (_, report) = try salvage(damaged)
      let isOfBlock = (3...5).contains(kind)
      #expect(report.lostBlocks == (isOfBlock ? 1 : 0), "kind \(kind)")
      #expect(report.blocks == UInt64(blocks.count) - report.lostBlocks, "kind \(kind)")
      let block = isOfBlock ? blocks[RawMember.integer(member.header, at: 24)] : []
      let records = block.count { if case .access = $0 { true } else { false } }
      #expect(report.lostRecords == UInt64(records), "kind \(kind)")
      #expect(report.lostEnds == (kind == 7 ? 1 : 0))
      #expect(isOfBlock ? report.lostBytes >= UInt64(size) : report.lostBytes == UInt64(size), "kind \(kind)")
    }
    let whole = try salvage(bytes).report
    #expect(whole.lostBytes == 0 && whole.lostBlocks == 0 && whole.lostEnds == 0)
  }
}
