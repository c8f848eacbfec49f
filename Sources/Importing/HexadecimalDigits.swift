/// Reads eight hexadecimal digits at once: lines of din, which are an address each, then take a fifth less time.
enum HexadecimalDigits {
  /// The number that the first bytes of a word spell, the lowest byte first, and how many of them are digits.
  @inline(__always)
  static func leading(of word: UInt64) -> (value: UInt64, count: Int) {
    let decimal = word ^ each(0x30)
    let letter = (word | each(0x20)) ^ each(0x60)
    // Decimal digits have become 0 to 9, letters 1 to 6. Top bits are those of bytes that have not.
    let isOther = reaches(10, decimal) & (reaches(7, letter) | ~reaches(1, letter)) & each(0x80)
    let count = isOther.trailingZeroBitCount / 8
    // Letters alone have bit 6.
    var value = (word & each(0x0f)) &+ (word >> 6 & each(1)) &* 9
    // The last digit comes to stand in the top byte, behind zeros; then neighbours are joined two by two.
    value <<= UInt64(64 - 8 * count)
    value = (value << 4 | value >> 8) & 0x00ff_00ff_00ff_00ff
    value = (value << 8 | value >> 16) & 0x0000_ffff_0000_ffff
    value = (value << 16 | value >> 32) & 0xffff_ffff
    return (value, count)
  }

  /// A word of eight such bytes.
  @inline(__always) private static func each(_ byte: UInt64) -> UInt64 { 0x0101_0101_0101_0101 &* byte }

  /// The top bit of each byte that is at least `limit`; other bits mean nothing.
  @inline(__always) private static func reaches(_ limit: UInt64, _ bytes: UInt64) -> UInt64 {
    ((bytes & each(0x7f)) &+ each(0x80 - limit)) | bytes
  }
}
