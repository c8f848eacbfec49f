import Addressing

/// A permutation of 0 to `count` − 1, given by a seed and computed, not tabulated.
///
/// A balanced Feistel network of four rounds over the next even number of bits, walked along its cycle until
/// the result is in range (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002); fewer
/// than four rounds of the network on average, since it covers less than four times `count`.
@frozen public struct SeededPermutation: Hashable, Sendable {
  public let count: UInt64
  @usableFromInline let seed: UInt64
  @usableFromInline let halfBits: UInt64

  public init(count: UInt64, seed: UInt64) {
    self.count = count
    self.seed = seed
    let bits = count < 2 ? 0 : 64 - (count - 1).leadingZeroBitCount
    halfBits = UInt64(max((bits + 1) / 2, 1))
  }

  /// Where `position`, less than ``count``, goes.
  public subscript(position: UInt64) -> UInt64 {
    precondition(position < count, "a permutation has count positions")
    var value = position
    repeat { value = scrambled(value) } while value >= count
    return value
  }

  private func scrambled(_ value: UInt64) -> UInt64 {
    let mask = (UInt64(1) << halfBits) - 1
    var left = value >> halfBits
    var right = value & mask
    for round in 1...UInt64(4) {
      let mixed = SplitMix64.mix(right ^ SplitMix64.mix(seed &+ round &* 0x9E37_79B9_7F4A_7C15))
      (left, right) = (right, left ^ (mixed & mask))
    }
    return left << halfBits | right
  }
}
