/// Reading the variable-length integers of Protocol Buffers: 7 bits a byte, lowest first, the top bit set on all but the
/// last of ten bytes at most [V, protobuf.dev, "Encoding", "Base 128 Varints"].
extension [UInt8] {
  /// The integer that starts at `at`, which is left behind it; nil where the bytes end within it, or where it has more
  /// than 64 bits.
  @inline(__always) func varint(_ at: inout Int, _ end: Int) -> UInt64? {
    guard at < end else { return nil }
    let first = self[at]
    if first < 0x80 {
      at += 1
      return UInt64(first)
    }
    guard at + 8 <= count else { return longVarint(&at, end) }
    let word = word(at: at)
    let ends = ~word & 0x8080_8080_8080_8080
    let length = ends.trailingZeroBitCount / 8 + 1
    guard ends != 0 else { return longVarint(&at, end) }
    guard length <= end - at else { return nil }
    at += length
    // Eight groups of 7 bits are pushed together two by two; what follows the last byte is cleared before.
    var value = word & (ends ^ (ends &- 1)) & 0x7f7f_7f7f_7f7f_7f7f
    value = (value & 0x007f_007f_007f_007f) | (value & 0x7f00_7f00_7f00_7f00) >> 1
    value = (value & 0x0000_3fff_0000_3fff) | (value & 0x3fff_0000_3fff_0000) >> 2
    return (value & 0x0000_0000_0fff_ffff) | (value & 0x0fff_ffff_0000_0000) >> 4
  }

  /// Passes the integer that starts at `at`; false where ``varint(_:_:)`` gives nil.
  ///
  /// Byte by byte, for what is passed over are counters and ticks, whose lengths seldom change: the processor guesses
  /// them, where to work them out it would have to wait for the bytes.
  @inline(__always) func skipVarint(_ at: inout Int, _ end: Int) -> Bool {
    let last = Swift.min(end, at + 9)
    while at < last {
      at += 1
      if self[at - 1] < 0x80 { return true }
    }
    guard at < end, self[at] <= 1 else { return false }
    at += 1
    return true
  }

  /// What ``varint(_:_:)`` gives, byte by byte.
  private func longVarint(_ at: inout Int, _ end: Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < end {
      let byte = self[at]
      at += 1
      if shift == 63, byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
