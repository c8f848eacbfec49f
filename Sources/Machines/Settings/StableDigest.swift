/// A 128-bit FNV-1a hash of a text: tells machines apart, and is no defence against an adversary.
///
/// Source: Fowler, Noll, Vo and Eastlake, RFC 9923 (constants for 128 bits).
public struct StableDigest: Hashable, Sendable, CustomStringConvertible {
  public private(set) var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

  public init(of text: String = "") { append(text) }

  /// Puts a setting's line behind.
  public mutating func append(_ key: String, _ value: String) {
    append(key)
    append("=")
    append(value)
    append("\n")
  }

  /// Makes it the digest of the text so far with another behind it.
  public mutating func append(_ text: String) {
    let prime: UInt128 = (1 << 88) + 0x13B
    var hash = value
    var text = text
    text.withUTF8 { for byte in $0 { hash = (hash ^ UInt128(byte)) &* prime } }
    value = hash
  }

  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
