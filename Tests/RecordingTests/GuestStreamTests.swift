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
    "\(Event.tableLinked(RealAddress(0x77000), level: 1, entries: [TableEntry(index: 3, value: 0x9067)], storesBefore: 1))",
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

  @Test func anotherVersionIsRefused() {
    var stream = GuestStreamBytes()
    stream.put(1, 2, 1, 0x5347_5750, 1 << 29)
    #expect(throws: GuestStreamError.otherVersion(2)) { try lines(stream.bytes) }
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
