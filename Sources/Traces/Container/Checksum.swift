import CDeflate

/// CRC-32 as gzip defines it (RFC 1952, section 8), and Adler-32 as zlib does (RFC 1950, section 8).
public enum Checksum {
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { crc32($0) }
  }

  /// The checksum of `bytes`, carrying on from `seed`, the checksum of what stood before.
  public static func crc32(_ bytes: ArraySlice<UInt8>, seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { crc32($0, seed: seed) }
  }

  /// The Adler-32 of `bytes`, carrying on from `seed`, the checksum of what stood before.
  public static func adler32(_ bytes: ArraySlice<UInt8>, seed: UInt32 = 1) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return seed }
      return libdeflate_adler32(seed, start, bytes.count)
    }
  }

  static func crc32(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt32 = 0) -> UInt32 {
    guard let start = bytes.baseAddress else { return seed }
    return libdeflate_crc32(seed, start, bytes.count)
  }
}
