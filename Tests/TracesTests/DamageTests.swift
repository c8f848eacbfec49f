import Addressing
import Testing
import Traces

/// What a damaged file does: every byte of a trace is covered.
@Suite struct DamageTests {
  /// A trace with every kind of member but an optional one.
  private static func smallTrace() throws -> [UInt8] {
    var random = RandomTrace(seed: 77, owners: 2)
    var dataOnly = RandomTrace(seed: 78, hasFetches: false)
    let items = random.items(30) + dataOnly.items(12)
    return try items.encoded(recordsPerBlock: 30)
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let trace = try Self.smallTrace()
    _ = try TraceVerifier.verify(MemorySource(trace))
    for position in trace.indices {
      for bit in 0..<8 {
        var damaged = trace
        damaged[position] ^= 1 << UInt8(bit)
        #expect(throws: TraceError.self, "byte \(position), bit \(bit)") {
          try TraceVerifier.verify(MemorySource(damaged, name: "t.pwt"))
        }
      }
    }
  }

  @Test func everyFlippedBitIsNoticedWithoutInflatingToo() throws {
    let trace = try Self.smallTrace()
    for position in trace.indices {
      var damaged = trace
      damaged[position] ^= 0x10
      #expect(throws: TraceError.self, "byte \(position)") {
        let reader = try TraceReader(MemorySource(damaged))
        while try reader.nextBlock() != nil {}
      }
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    let trace = try Self.smallTrace()
    for count in 0..<trace.count {
      let error = #expect(throws: TraceError.self, "\(count) bytes") {
        try TraceVerifier.verify(MemorySource(Array(trace[..<count]), name: "t.pwt"))
      }
      #expect(error?.problem == (count == 0 ? .emptyFile : .cutShort), "\(count) bytes")
    }
  }

  @Test func whatFollowsTheFooterMustBeATrace() throws {
    let trace = try Self.smallTrace()
    for end in [[0], Array("a line of text that is longer than the header of a member is".utf8)] {
      let error = #expect(throws: TraceError.self) {
        try TraceVerifier.verify(MemorySource(trace + end, name: "t.pwt"))
      }
      #expect(error == TraceError(.foreignEnd, file: "t.pwt", offset: UInt64(trace.count)))
    }
    #expect(throws: TraceError.self) { try TraceVerifier.verify(MemorySource(trace + trace.suffix(179))) }
  }

  @Test func foreignFilesAreNotTraces() throws {
    for bytes in [
      Array("I  04000000,3\n".utf8), [0x1F, 0x8B, 8, 0] + [UInt8](repeating: 0, count: 100), [0],
    ] {
      let error = #expect(throws: TraceError.self) { try TraceReader(MemorySource(bytes)) }
      #expect(error?.problem == .notATrace)
    }
    let directory = #expect(throws: TraceError.self) { try TraceReader(path: "/tmp") }
    #expect(directory?.description.hasPrefix("/tmp: ") == true)
    let missing = #expect(throws: TraceError.self) { try TraceReader(path: "/nowhere.pwt") }
    #expect(missing?.description == "/nowhere.pwt: cannot open: No such file or directory")
  }

  @Test func aMessageNamesFileBlockAndByteOnOneLine() throws {
    var trace = try Self.smallTrace()
    trace[trace.count / 2] ^= 1
    let error = #expect(throws: TraceError.self) {
      try TraceVerifier.verify(MemorySource(trace, name: "t.pwt"))
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("t.pwt: block ") && text.contains(" at byte ") && !text.contains("\n"))
  }

  @Test func eachErrorIsOneLine() {
    let problems: [TraceError.Problem] = [
      .system(operation: "write", code: 28), .emptyFile, .notATrace, .cutShort, .foreignEnd, .damaged("x"),
      .illegal("x"),
      .unsupportedVersion(2), .unknownFeature("x"), .overLimit("x", value: 2, limit: 1),
      .notCanonical(VirtualAddress(1 << 60)), .accessTooLarge(5000), .notRepresentable("x"),
    ]
    for problem in problems {
      let text = TraceError(problem, file: "a.pwt", block: 3, offset: 17).description
      #expect(text.hasPrefix("a.pwt: block 3 at byte 17: ") && !text.contains("\n"))
    }
  }
}
