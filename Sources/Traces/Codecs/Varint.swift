extension [UInt8] {
  /// Appends 7 bits a byte, lowest first, the top bit set on all but the last byte (`Codecs.md`, "Numbers").
  @inline(__always) mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a signed difference, zigzag-coded: 0, -1, 1, -2, … become 0, 1, 2, 3, ….
  @inline(__always) mutating func appendSigned(_ difference: UInt64) {
    appendVarint(ZigZag.encode(difference))
  }
}

/// Signed numbers, in two's complement, as unsigned ones that are small where the magnitude is.
enum ZigZag {
  @inline(__always) static func encode(_ value: UInt64) -> UInt64 {
    (value << 1) ^ (0 &- (value >> 63))
  }

  @inline(__always) static func decode(_ value: UInt64) -> UInt64 {
    (value >> 1) ^ (0 &- (value & 1))
  }
}
