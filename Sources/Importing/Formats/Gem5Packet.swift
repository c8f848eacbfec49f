/// One packet of a gem5 trace: `ProtoMessage::Packet`. Its tick, identifier and program counter are passed over.
struct Gem5Packet {
  private(set) var command: UInt64 = 0
  private(set) var address: UInt64 = 0
  /// In bytes.
  private(set) var size: UInt64 = 0
  /// Of the request; 0 where they are left out.
  private(set) var flags: UInt64 = 0

  /// `MemCmd::ReadReq` and `WriteReq`. Of all commands gem5's own decoder knows these two alone, for the numbers of
  /// others have moved between its versions [V, `util/decode_packet_trace.py`; `src/mem/packet.hh`].
  static let read: UInt64 = 1
  static let write: UInt64 = 4

  /// `Request::INST_FETCH` and `PT_WALK` [V, `src/mem/request.hh`].
  var isFetch: Bool { flags & 0x100 != 0 }
  var isTableWalk: Bool { flags & 0x2000_0000 != 0 }

  // Inlined, for a call would retain the bytes for each packet: that took a third of the time.
  @inline(__always)
  init(_ bytes: [UInt8], _ message: Range<Int>) throws(Malformed) {
    if let packet = Self(inOrder: bytes, message) {
      self = packet
      return
    }
    var at = message.lowerBound
    let end = message.upperBound
    var seen: UInt64 = 0
    while at < end {
      let start = at
      guard let tag = bytes.varint(&at, end) else { throw Self.malformedField(start) }
      let isRead: Bool
      switch tag {
      case Gem5Message.Tag.command: isRead = Self.read(&command, bytes, &at, end)
      case Gem5Message.Tag.address: isRead = Self.read(&address, bytes, &at, end)
      case Gem5Message.Tag.size: isRead = Self.read(&size, bytes, &at, end)
      case Gem5Message.Tag.flags: isRead = Self.read(&flags, bytes, &at, end)
      default: isRead = Gem5Message.skip(tag, bytes, &at, end)
      }
      guard isRead else { throw Self.malformedField(start) }
      if tag < 64 { seen |= 1 << tag }
    }
    let needed: UInt64 =
      1 << Gem5Message.Tag.command | 1 << Gem5Message.Tag.address | 1 << Gem5Message.Tag.size
    guard seen & needed == needed else {
      throw Malformed(index: message.lowerBound, expected: "a packet with command, address and size")
    }
  }

  /// Reads a packet whose fields stand in the order of their numbers, as gem5 writes them, and are of 8 bytes at most; nil
  /// for others. To expect it takes half of the time.
  @inline(__always)
  private init?(inOrder bytes: [UInt8], _ message: Range<Int>) {
    var at = message.lowerBound
    // Seven fields of 8 bytes at most, and 8 more.
    guard at + 64 <= bytes.count else { return nil }
    _ = bytes.shortVarint(tagged: Gem5Message.Tag.tick, &at)
    guard let command = bytes.shortVarint(tagged: Gem5Message.Tag.command, &at),
      let address = bytes.shortVarint(tagged: Gem5Message.Tag.address, &at),
      let size = bytes.shortVarint(tagged: Gem5Message.Tag.size, &at)
    else { return nil }
    flags = bytes.shortVarint(tagged: Gem5Message.Tag.flags, &at) ?? 0
    _ = bytes.shortVarint(tagged: Gem5Message.Tag.identifier, &at)
    _ = bytes.shortVarint(tagged: Gem5Message.Tag.counter, &at)
    guard at == message.upperBound else { return nil }
    (self.command, self.address, self.size) = (command, address, size)
  }

  @inline(__always)
  private static func read(_ value: inout UInt64, _ bytes: [UInt8], _ at: inout Int, _ end: Int) -> Bool {
    guard let number = bytes.varint(&at, end) else { return false }
    value = number
    return true
  }

  private static func malformedField(_ index: Int) -> Malformed {
    Malformed(index: index, expected: "a field of a packet")
  }
}
