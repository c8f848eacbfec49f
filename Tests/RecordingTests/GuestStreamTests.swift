import Addressing
import Recording
import Testing
import Traces

@Suite struct GuestStreamTests {
  /// What a converter makes of `bytes`, a line for each access and event in order.
  private func lines(_ bytes: [UInt8], piece: Int = .max) throws -> ([String], GuestStreamEnd) {
    var converter = GuestStreamConverter()
    var lines: [String] = []
    func receive(_ block: RecordBlock) {
      var events = block.events[...]
      for (position, access) in block.accesses.enumerated() {
        while let event = events.first, event.position <= position {
          lines.append(text(events.removeFirst()))
        }
        lines.append("\(access.kind) \(access.address) \(access.size)")
      }
      for event in events { lines.append(text(event)) }
    }
    var rest: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let next = min(bytes.count, piece == .max ? bytes.count : start + piece)
      rest += bytes[start..<next]
      start = next
      let used = try rest.withUnsafeBytes { try converter.convert($0, to: receive) }
      rest.removeFirst(used)
    }
    return (lines, try converter.finish(rest: rest.count))
  }

  private func text(_ event: PositionedEvent) -> String { "\(event.event)" }

  private static let expected = [
    "\(Event.memorySlot(RealAddress(0), length: 1 << 29, isDevice: false))",
    "\(Event.tableLinked(RealAddress(0x77000), level: 1, entries: [TableEntry(index: 3, value: 0x9067)], storesBefore: 5))",
    "\(Event.controlRegister(.cr3, value: 0x5000))",
    "\(Event.translation(VirtualAddress(0x40_1000), RealAddress(0x9000)))",
    "fetch 0x401000 4",
    "\(Event.translation(VirtualAddress(0x7fff_0000), RealAddress(0x8000)))",
    "load 0x7fff0008 8",
    "fetch 0x401004 3",
    "\(Event.translation(VirtualAddress(0xffff_ffff_8100_0000), RealAddress(0x10_0000)))",
    "\(Event.pageFault(VirtualAddress(0x6000), errorCode: 6, privilege: 3, instruction: VirtualAddress(0x40_1004)))",
    "fetch 0xffffffff81000000 1",
    "\(Event.translation(VirtualAddress(0xffff_8880_0000_0000), RealAddress(0x123_4000)))",
    "modify 0xffff888000000018 8",
    "\(Event.tableStore(RealAddress(0x77018), width: 8, value: 0xa067))",
    "fetch 0xffffffff81000001 1",
    "\(Event.invalidatePage(VirtualAddress(0x6000)))",
    "fetch 0x401000 4", "fetch 0x401004 3", "fetch 0x401007 2",
    "\(Event.phase(5))",
  ]

  @Test func fetchesStandBeforeTheirDataAndEventsWhereTheyHappened() throws {
    let (lines, end) = try lines(GuestStreamBytes.sample.bytes)
    #expect(lines == Self.expected)
    #expect(end.reason == .stopMarker)
    #expect(end.status == 7)
    #expect((end.tableLoads, end.wrongTableLoads, end.markedEntries, end.wrongEntries) == (9, 0, 2, 0))
  }

  @Test func piecesOfAnySizeMakeTheSameAccessesInTheSameOrder() throws {
    for piece in [1, 7, 16, 33, 100] {
      let made = try lines(GuestStreamBytes.sample.bytes, piece: piece).0
      #expect(made == Self.expected, "pieces of \(piece)")
    }
  }

  @Test func aStreamCutAtAnyByteIsAnError() {
    let bytes = GuestStreamBytes.sample.bytes
    for count in 0..<bytes.count {
      #expect(throws: GuestStreamError.self, "cut at \(count)") { try lines(Array(bytes[..<count])) }
    }
  }

  @Test func aFlippedBitIsAnErrorOrAnotherStreamAndNeverMore() {
    let bytes = GuestStreamBytes.sample.bytes
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      do {
        _ = try lines(damaged)
      } catch {
        #expect(error is GuestStreamError, "bit \(bit)")
      }
    }
  }

  @Test(arguments: [1, 3] as [UInt8]) func anotherVersionIsRefused(version: UInt8) {
    var stream = GuestStreamBytes()
    stream.put(1, version, 1, 0x5347_5750, 1 << 29)
    #expect(throws: GuestStreamError.otherVersion(Int(version))) { try lines(stream.bytes) }
  }

  @Test func identifiersOfContextsArePassedOnWithEveryTypeOfInvalidation() throws {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(0x14, 4, 0xffff, 0, 0x2_06a0)
    stream.put(0x14, 3, 0xffff, 0, 1 << 63 | 0x5007)
    for type in UInt8(0)...3 { stream.put(0x16, type, 0xffff, 0xfff, 0x7fff_0000) }
    stream.finish()
    let loads: [Event] = [
      .controlRegister(.cr4, value: 0x2_06a0), .controlRegister(.cr3, value: 1 << 63 | 0x5007),
    ]
    let drops = (UInt8(0)...3).map {
      Event.invalidateContext(type: $0, pcid: 0xfff, VirtualAddress(0x7fff_0000))
    }
    #expect(try lines(stream.bytes).0 == (loads + drops).map { "\($0)" })
    for (type, identifier) in [(UInt8(4), UInt32(0)), (0, 0x1000)] {
      var wrong = GuestStreamBytes()
      wrong.header()
      wrong.put(0x16, type, 0xffff, identifier, 0)
      wrong.finish()
      #expect(throws: GuestStreamError.self, "type \(type)") { try lines(wrong.bytes) }
    }
  }

  /// The calls by their numbers of x86-64, with their arguments and what they returned.
  private static let calls: [(number: UInt8, result: UInt64, arguments: [UInt64], event: Event?)] = [
    (
      9, 0x7000_0000, [0, 0x1801, 3, 0x22],
      .map(VirtualAddress(0x7000_0000), length: 0x2000, [.read, .write], .anonymous)
    ),
    (
      9, 0x7000_0000, [1 << 63, 0x1000, 5, 2],
      .map(VirtualAddress(0x7000_0000), length: 0x1000, [.read, .execute], .file)
    ),
    (9, 0x1000, [0, 0x1000, 0, 0x21], .map(VirtualAddress(0x1000), length: 0x1000, [], .shared)),
    (10, 0, [0x7000_0000, 0x1000, 1, 0], .protect(VirtualAddress(0x7000_0000), length: 0x1000, .read)),
    (11, 0, [0x7000_0000, 0x800, 0, 0], .unmap(VirtualAddress(0x7000_0000), length: 0x1000)),
    (12, 0x60_0123, [0, 0, 0, 0], .programBreak(VirtualAddress(0x60_0123))),
    (
      25, 0x8000_0000, [0x7000_0000, 0x1000, 0x3000, 1],
      .remap(
        VirtualAddress(0x7000_0000), oldLength: 0x1000, to: VirtualAddress(0x8000_0000), newLength: 0x3000)
    ),
    (28, 0, [0x7000_0000, 0x1000, 4, 0], .advise(VirtualAddress(0x7000_0000), length: 0x1000, .discard)),
    (28, 0, [0x7000_0000, 0x1000, 3, 0], nil),
  ]

  @Test func callsOfMemoryStandBehindAllOfTheBlockThatReturnsFromThem() throws {
    for call in Self.calls {
      var stream = GuestStreamBytes()
      stream.header()
      stream.put(2, 1, 2, 0xffff_ffff, 0xffff_ffff_8100_0000)
      stream.sizes([3, 2])
      stream.put(3)
      stream.put(0x1c, call.number, 0, 0, call.result)
      stream.pair(call.arguments[0], call.arguments[1])
      stream.pair(call.arguments[2], call.arguments[3])
      stream.put(2, 0, 1, 0xffff_ffff, 0x40_1002)
      stream.sizes([1])
      stream.put(3, 0, 0, 1)
      stream.put(4, 0, 1)
      stream.finish()
      let fetches = ["fetch 0xffffffff81000000 3", "fetch 0xffffffff81000003 2", "fetch 0x401002 1"]
      let expected = fetches[..<2] + (call.event.map { ["\($0)"] } ?? []) + fetches[2...]
      #expect(try lines(stream.bytes).0 == Array(expected), "call \(call.number)")
    }
  }

  @Test func aCallThatIsNoneOfMemoryIsRefused() {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(0x1c, 13)
    stream.pair(0, 0)
    stream.pair(0, 0)
    stream.finish()
    #expect(throws: GuestStreamError.malformed(byte: 16, reason: "a call of number 13")) {
      try lines(stream.bytes)
    }
  }

  @Test func aRecorderThatLacksSomethingSaysWhat() throws {
    for (reason, part, word) in [
      (3, .faultHandler, "page faults"), (4, .memory, "memory"),
    ] as [(UInt8, GuestRecordingError.Part, String)] {
      var stream = GuestStreamBytes()
      stream.header()
      stream.finish(reason: reason, [0, 0, 0, 0])
      let problem = try lines(stream.bytes).1.problem(console: "")
      #expect(problem == .notFound(part))
      #expect(problem?.description.contains(word) == true)
    }
    var stream = GuestStreamBytes()
    stream.header()
    stream.finish(reason: 5)
    #expect(throws: GuestStreamError.malformed(byte: 16, reason: "an end for the reason 5")) {
      try lines(stream.bytes)
    }
  }

  @Test func whatTheRecorderFollowedWronglyIsNotKept() throws {
    func problem(_ counts: [UInt64]) throws -> GuestRecordingError? {
      var stream = GuestStreamBytes()
      stream.header()
      stream.finish(counts)
      return try lines(stream.bytes).1.problem(console: "")
    }
    #expect(try problem([9, 0, 2, 0]) == nil)
    #expect(try problem([9, 1, 2, 0]) == .tablesDiffer(loads: 1, entries: 0))
    #expect(try problem([9, 0, 2, 3]) == .tablesDiffer(loads: 0, entries: 3))
  }

  @Test func aBlockThatWasNotToldIsRefused() {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(3, 0, 0, 4)
    stream.finish()
    #expect(throws: GuestStreamError.malformed(byte: 16, reason: "basic block 4 is not defined")) {
      try lines(stream.bytes)
    }
  }

  @Test func aRepeatedInstructionIsFetchedOnce() throws {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(2, 1, 1, 0xffff_ffff, 0xffff_ffff_8100_0000)
    stream.sizes([3])
    stream.put(3)
    stream.put(6, 3, 0, 0xffff_ffff, 0x1000)
    stream.put(3, 1)
    stream.put(6, 3, 0, 0xffff_ffff, 0x1008)
    stream.finish()
    #expect(
      try lines(stream.bytes).0 == ["fetch 0xffffffff81000000 3", "store 0x1000 8", "store 0x1008 8"])
  }

  @Test func ownersAreTheRootsOfTheirVCPUs() throws {
    var stream = GuestStreamBytes()
    stream.header()
    stream.put(0x14, 3, 0xffff, 0, 0x5000)
    stream.put(5, 3, 0xffff, 0xffff_ffff, 0x1000)
    stream.put(0x19, 0, 0, 1)
    stream.put(0x14, 3, 0xffff, 0, 0x8000_0000_0000_6001)
    stream.put(5, 3, 0xffff, 0xffff_ffff, 0x1000)
    stream.put(0x19, 0, 0, 0)
    stream.put(5, 3, 0xffff, 0xffff_ffff, 0x1000)
    stream.finish()
    var spans: [OwnerSpan] = []
    var converter = GuestStreamConverter()
    _ = try stream.bytes.withUnsafeBytes { try converter.convert($0) { spans += $0.spans } }
    let first = Owner(vm: 0, vcpu: 0, addressSpace: 5)
    #expect(spans.map(\.owner) == [first, Owner(vm: 0, vcpu: 1, addressSpace: 6), first])
    #expect(spans.map(\.position) == [0, 1, 2])
  }
}
