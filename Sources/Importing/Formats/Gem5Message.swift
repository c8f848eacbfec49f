/// A message in the wire format of Protocol Buffers, field by field [V, protobuf.dev, "Encoding"].
///
/// A field is a tag, which is its number and the kind of its value, and the value.
struct Gem5Message {
  /// The fields of the two messages of a packet trace that are read, each as its tag: `src/proto/packet.proto` of
  /// gem5 [V].
  enum Tag {
    /// `PacketHeader.obj_id`, text.
    static let object: UInt64 = 1 << 3 | 2
    /// `PacketHeader.tick_freq`. In ticks a second.
    static let frequency: UInt64 = 3 << 3
    /// `PacketHeader.id_strings`, messages. Traces of instructions, which start alike, have a number here.
    static let requestors: UInt64 = 4 << 3 | 2
    static let tick: UInt64 = 1 << 3
    static let command: UInt64 = 2 << 3
    static let address: UInt64 = 3 << 3
    static let size: UInt64 = 4 << 3
    static let flags: UInt64 = 5 << 3
    static let identifier: UInt64 = 6 << 3
    static let counter: UInt64 = 7 << 3
  }

  /// Passes the value of a field; false where the bytes end within it, or its kind is none of a message's.
  @inline(__always)
  static func skip(_ tag: UInt64, _ bytes: [UInt8], _ at: inout Int, _ end: Int) -> Bool {
    let length: UInt64
    switch tag & 7 {
    case 0: return bytes.skipVarint(&at, end)
    case 1: length = 8
    case 2:
      guard let declared = bytes.varint(&at, end) else { return false }
      length = declared
    case 5: length = 4
    default: return false
    }
    guard length <= UInt64(end - at) else { return false }
    at += Int(length)
    return true
  }
}
