/// The cyclic redundancy check of Castagnoli's polynomial (RFC 3720, appendix B.4), as Snappy's framing format masks
/// it (`framing_format.txt`, section 3 [V]).
enum CRC32C {
  /// The checksum, rotated right by 15 bits, plus a constant.
  static func masked(_ bytes: [UInt8]) -> UInt64 {
    let checksum = checksum(bytes)
    return UInt64((checksum >> 15 | checksum << 17) &+ 0xa282_ead8)
  }

  /// Eight bytes a step: table `n` tells what a byte does to the checksum that stands `n` bytes before the end.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    let tables = tables
    var checksum = UInt32.max
    var at = 0
    while bytes.count - at >= 8 {
      let word = bytes.word(at: at) ^ UInt64(checksum)
      checksum = 0
      for index in 0..<8 {
        checksum ^= tables[(7 - index) << 8 | Int(truncatingIfNeeded: word >> UInt64(8 * index) & 0xff)]
      }
      at += 8
    }
    for byte in bytes[at...] {
      checksum = checksum >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)]
    }
    return ~checksum
  }

  /// Eight tables of 256 numbers.
  private static let tables: [UInt32] = {
    var tables = (0..<256 as Range<UInt32>).map { byte in
      (0..<8).reduce(byte) { checksum, _ in checksum >> 1 ^ (checksum & 1 == 1 ? 0x82f6_3b78 : 0) }
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xff)])
    }
    return tables
  }()
}
