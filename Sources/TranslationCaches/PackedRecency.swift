/// The recency order of up to 16 ways in one word: a nibble a way, the most recent in the lowest.
@usableFromInline enum PackedRecency {
  /// Way 0 most recent, the last way least.
  @usableFromInline static func initial(ways: Int) -> UInt64 {
    (0..<ways).reduce(0) { $0 | UInt64($1) << UInt64(4 * $1) }
  }

  /// The order after a use of `way`.
  ///
  /// The way's nibble is the lowest zero nibble of the order xor the way in every nibble; a borrow out of a zero
  /// nibble can only make higher nibbles look zero, and nibbles past the last way are higher too.
  @inlinable @inline(__always) static func movedToFront(_ way: Int, _ order: UInt64) -> UInt64 {
    let number = UInt64(truncatingIfNeeded: way)
    let difference = order ^ (number &* 0x1111_1111_1111_1111)
    let zeros = (difference &- 0x1111_1111_1111_1111) & ~difference & 0x8888_8888_8888_8888
    let ahead = (zeros & (0 &- zeros)) >> 3 &- 1
    return (order & ~(ahead << 4 | 15)) | (order & ahead) << 4 | number
  }

  /// The least recent way.
  @inlinable @inline(__always) static func last(_ order: UInt64, ways: Int) -> Int {
    Int(truncatingIfNeeded: order >> UInt64(truncatingIfNeeded: 4 &* (ways &- 1)) & 15)
  }
}
