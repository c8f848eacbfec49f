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
    return Varint.value(of: word, ends: ends)
  }

  /// The integer behind a byte that is `tag`; nil, and `at` stays, where another byte stands there or both have more
  /// than 8 bytes. `at` is left behind them, be it behind the end of what they should stand in.
  ///
  /// Precondition: 8 bytes are there.
  @inline(__always) func shortVarint(tagged tag: UInt64, _ at: inout Int) -> UInt64? {
    let word = word(at: at)
    guard word & 0xff == tag else { return nil }
    // Most are of one byte, which the processor guesses: what follows then need not wait for the length.
    if word & 0x8000 == 0 {
      at += 2
      return word >> 8 & 0x7f
    }
    let ends = ~word >> 8 & 0x0080_8080_8080_8080
    guard ends != 0 else { return nil }
    at += ends.trailingZeroBitCount / 8 + 2
    return Varint.value(of: word >> 8, ends: ends)
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

private enum Varint {
  /// The integer that stands at the start of a word, where the top bits of bytes that may be the last are `ends`.
  ///
  /// Eight groups of 7 bits are pushed together two by two; what follows the last byte is cleared before.
  @inline(__always) static func value(of word: UInt64, ends: UInt64) -> UInt64 {
    var value = word & (ends ^ (ends &- 1)) & 0x7f7f_7f7f_7f7f_7f7f
    value = (value & 0x007f_007f_007f_007f) | (value & 0x7f00_7f00_7f00_7f00) >> 1
    value = (value & 0x0000_3fff_0000_3fff) | (value & 0x3fff_0000_3fff_0000) >> 2
    return (value & 0x0000_0000_0fff_ffff) | (value & 0x0fff_ffff_0000_0000) >> 4
  }
}
