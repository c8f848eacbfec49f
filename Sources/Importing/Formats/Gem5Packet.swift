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
    var at = message.lowerBound
    let end = message.upperBound
    var seen: UInt64 = 0
    // Fields stand in the order of their numbers, where gem5 wrote them. To expect it saves a sixth of the time.
    Self.pass(Gem5Message.Tag.tick, bytes, &at, end)
    Self.read(Gem5Message.Tag.command, &command, &seen, bytes, &at, end)
    Self.read(Gem5Message.Tag.address, &address, &seen, bytes, &at, end)
    Self.read(Gem5Message.Tag.size, &size, &seen, bytes, &at, end)
    Self.read(Gem5Message.Tag.flags, &flags, &seen, bytes, &at, end)
    Self.pass(Gem5Message.Tag.identifier, bytes, &at, end)
    Self.pass(Gem5Message.Tag.counter, bytes, &at, end)
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

  /// Reads the field of a tag if it stands next and is whole.
  @inline(__always)
  private static func read(
    _ tag: UInt64, _ value: inout UInt64, _ seen: inout UInt64, _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) {
    guard at < end, bytes[at] == tag else { return }
    var next = at + 1
    guard read(&value, bytes, &next, end) else { return }
    at = next
    seen |= 1 << tag
  }

  /// Passes over the number of a tag if it stands next and is whole.
  @inline(__always)
  private static func pass(_ tag: UInt64, _ bytes: [UInt8], _ at: inout Int, _ end: Int) {
    guard at < end, bytes[at] == tag else { return }
    var next = at + 1
    if bytes.skipVarint(&next, end) { at = next }
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
