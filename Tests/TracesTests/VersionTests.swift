import Addressing
import Testing
import Traces

/// What later versions may add, and what must be refused.
@Suite struct VersionTests {
  private static func members() throws -> [RawMember] {
    var random = RandomTrace(seed: 5)
    return RawMember.split(try random.items(50).encoded())
  }

  private func problem(_ change: (inout [RawMember]) -> Void) throws -> TraceError.Problem? {
    var members = try Self.membersWithOffsets()
    change(&members)
    let error = #expect(throws: TraceError.self) {
      try TraceVerifier.verify(MemorySource(members.flatMap(\.bytes)))
    }
    return error?.problem
  }

  @Test func membersTakenApartAndPutTogetherAreATrace() throws {
    _ = try TraceVerifier.verify(MemorySource(try Self.membersWithOffsets().flatMap(\.bytes)))
  }

  /// The members stored, with the offsets of index and footer put right.
  private static func membersWithOffsets() throws -> [RawMember] {
    var members = try members()
    let last = members.count - 1
    let starts = members.indices.map { members[..<$0].reduce(0) { $0 + $1.bytes.count } }
    let first = try #require(members.indices.first { [2, 3, 4, 5].contains(members[$0].kind) })
    let indexAt = try #require(members.indices.first { members[$0].kind == 6 })
    var index: [UInt8] = [0, 1]
    index += Zlib.varint(UInt64(starts[first]))
    index += Array(members[indexAt].payload.suffix(3))
    // Records and events of the one block, both below 128, then the checkpoint flag.
    members[indexAt].payload = index
    let footerStart = starts[indexAt] + members[indexAt].bytes.count
    members[last].payload.replaceSubrange(0..<8, with: RawMember.bytes(UInt64(footerStart)))
    members[last].payload.replaceSubrange(8..<16, with: RawMember.bytes(UInt64(starts[indexAt])))
    return members
  }

  @Test func anotherMajorVersionIsRefused() throws {
    #expect(try problem { $0[0].header[16] = 2 } == .unsupportedVersion(2))
    #expect(try problem { $0[0].payload[15] = 9 } == .unsupportedVersion(9))
  }

  @Test func anotherMinorVersionIsRead() throws {
    var members = try Self.membersWithOffsets()
    members[0].payload[16] = 200
    #expect(try TraceReader(MemorySource(members.flatMap(\.bytes))).header.minorVersion == 200)
  }

  @Test func reservedBitsAreRefused() throws {
    for bit in 0..<8 {
      guard case .unknownFeature = try problem({ $0[0].header[19] = 1 << UInt8(bit) }) else {
        Issue.record("flag \(bit) was let pass")
        return
      }
    }
    guard case .unknownFeature = try problem({ $0[$0.count - 1].payload[72] = 1 }) else {
      Issue.record("a footer flag was let pass")
      return
    }
  }

  @Test func unknownCriticalFieldsAreRefusedAndOthersSkipped() throws {
    #expect(try problem { $0[0].payload += [5, 1, 0] } == .unknownFeature("header field 5"))
    var members = try Self.members()
    members[0].payload += [14, 3, 1, 2, 3]
    #expect(try TraceReader(MemorySource(members.flatMap(\.bytes))).header.recorder == "test")
  }

  /// By Container.md: tag 12, one byte, in minor version 1; without it the header is one of version 1.0.
  @Test func accessesLeftOutAreToldByAFieldOfMinorVersionOne() throws {
    for (kept, number) in [(TraceHeader.Kept.all, nil), (.user, 1), (.kernel, 2)]
      as [(TraceHeader.Kept, UInt8?)]
    {
      let sink = MemorySink()
      let writer = try TraceWriter(
        to: sink, header: TraceHeader(addressKind: .both, scope: .wholeSystem, kept: kept, recorder: "test"))
      try writer.finish()
      var members = RawMember.split(sink.bytes)
      #expect(members[0].payload[16] == (number == nil ? 0 : 1))
      #expect(Array(members[0].payload.suffix(3)) == number.map { [12, 1, $0] } ?? Array("est".utf8))
      #expect(try TraceReader(MemorySource(sink.bytes)).header.kept == kept)
      members[0].payload[members[0].payload.count - 1] = 3
      guard number != nil else { continue }
      #expect(throws: TraceError.self) { try TraceReader(MemorySource(members.flatMap(\.bytes))) }
    }
  }

  @Test func unknownMembersAndCodecsAreRefused() throws {
    #expect(try problem { $0[1].header[17] = 100 } == .unknownFeature("member kind 100"))
    let block = try #require(try Self.members().firstIndex { $0.kind == 5 })
    #expect(try problem { $0[block].header[18] = 9 } == .unknownFeature("block codec 9"))
  }

  @Test func sizesAboveTheLimitsAreRefusedBeforeAnythingIsAllocated() throws {
    for (field, name) in [(28, "the compressed size of a member"), (32, "the inflated size of a member")] {
      let trace = try Self.members().flatMap(\.bytes)
      var header = Array(trace[..<54])
      header.replaceSubrange(field..<field + 4, with: [0xFF, 0xFF, 0xFF, 0x7F])
      let error = #expect(throws: TraceError.self) {
        try TraceReader(MemorySource(RawMember.sealed(header) + trace[54...]))
      }
      guard case .overLimit(let what, value: 0x7FFF_FFFF, _) = error?.problem else {
        Issue.record("\(name) was let pass")
        return
      }
      #expect(what == name)
    }
  }

  @Test func aMissingOrDoubledMemberIsNoticed() throws {
    for index in try Self.members().indices.dropFirst() {
      _ = try problem { $0.remove(at: index) }
      _ = try problem { $0.insert($0[index], at: index) }
    }
  }
}
