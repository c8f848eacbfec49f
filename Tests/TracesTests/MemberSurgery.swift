import Traces

/// Takes a trace apart and puts members together with right checksums: written from the specification, with its own
/// CRC, for traces that no writer would make.
struct RawMember {
  var header: [UInt8]
  var payload: [UInt8]

  var kind: UInt8 { header[17] }

  /// A member of stored deflate blocks.
  var bytes: [UInt8] {
    var stream: [UInt8] = []
    var rest = payload[...]
    repeat {
      let part = rest.prefix(65535)
      rest = rest.dropFirst(65535)
      let size = UInt16(part.count)
      stream += [rest.isEmpty ? 1 : 0] + Self.bytes(size) + Self.bytes(~size) + part
    } while !rest.isEmpty
    let body = stream + Self.bytes(CRC.of(payload)) + Self.bytes(UInt32(payload.count))
    var head = header
    head.replaceSubrange(28..<32, with: Self.bytes(UInt32(stream.count)))
    head.replaceSubrange(32..<36, with: Self.bytes(UInt32(payload.count)))
    head.replaceSubrange(48..<52, with: Self.bytes(CRC.of(body)))
    return Self.sealed(head) + body
  }

  /// A header with its own checksum put right.
  static func sealed(_ header: [UInt8]) -> [UInt8] {
    header[..<52] + bytes(UInt16(truncatingIfNeeded: CRC.of(Array(header[..<52]))))
  }

  static func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func integer(_ bytes: [UInt8], at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// The members of a trace.
  static func split(_ trace: [UInt8]) -> [RawMember] {
    var members: [RawMember] = []
    var at = 0
    while at < trace.count {
      let header = Array(trace[at..<at + 54])
      let size = integer(header, at: 28)
      let stream = Array(trace[at + 54..<at + 54 + size])
      members.append(RawMember(header: header, payload: Zlib.inflate(stream, integer(header, at: 32))))
      at += 54 + size + 8
    }
    return members
  }
}

/// CRC-32 of gzip, bit by bit.
enum CRC {
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
  }
}
