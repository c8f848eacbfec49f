/// The order in which the ways of a set were last used, in the set's words of state.
///
/// Up to ``packedWays`` ways it is one word, a nibble a way, the most recent in the lowest. Beyond that it is
/// a ``UseLog``, in which a use takes constant time whatever the number of ways.
enum Recency {
  /// The largest number of ways whose order fits in a word.
  static let packedWays = 16

  static func words(ways: Int) -> Int { ways <= packedWays ? 1 : UseLog.words(ways: ways) }

  /// Any order will do: every way is used before the last is asked for.
  static func prepare(_ state: SetState, ways: Int) {
    guard ways <= packedWays else { return }
    for way in 0..<ways { state[0] |= UInt64(way) << UInt64(4 * way) }
  }

  static func use(_ way: Int, _ state: SetState, ways: Int) {
    if ways <= packedWays { usePacked(way, state) } else { UseLog.append(way, state, ways: ways) }
  }

  /// The way whose last use is longest ago; every way must have been used.
  static func last(_ state: SetState, ways: Int) -> Int {
    ways <= packedWays ? lastPacked(state, ways: ways) : UseLog.last(state, ways: ways)
  }

  /// The way's nibble is the lowest zero nibble of the order xor the way in every nibble: a borrow out of a zero
  /// nibble can only make higher nibbles look zero, and nibbles past the last way are higher too.
  @inline(__always) static func usePacked(_ way: Int, _ state: SetState) {
    let order = state[0]
    let number = UInt64(truncatingIfNeeded: way)
    let difference = order ^ (number &* 0x1111_1111_1111_1111)
    let zeros = (difference &- 0x1111_1111_1111_1111) & ~difference & 0x8888_8888_8888_8888
    let ahead = (zeros & (0 &- zeros)) &>> 3 &- 1
    state[0] = (order & ~(ahead &<< 4 | 15)) | (order & ahead) &<< 4 | number
  }

  /// The number of ways that were used since a way.
  static func positionPacked(_ way: Int, _ state: SetState) -> Int {
    let difference = state[0] ^ (UInt64(truncatingIfNeeded: way) &* 0x1111_1111_1111_1111)
    let zeros = (difference &- 0x1111_1111_1111_1111) & ~difference & 0x8888_8888_8888_8888
    return zeros.trailingZeroBitCount &>> 2
  }

  /// The way that so many were used since.
  static func wayPacked(at position: Int, _ state: SetState) -> Int {
    Int(truncatingIfNeeded: state[0] &>> UInt64(truncatingIfNeeded: 4 &* position) & 15)
  }

  /// Lets the ways at two positions change places.
  static func swapPacked(_ one: Int, _ other: Int, _ state: SetState) {
    let (shift, otherShift) = (UInt64(4 * one), UInt64(4 * other))
    let difference = (state[0] >> shift ^ state[0] >> otherShift) & 15
    state[0] ^= difference << shift | difference << otherShift
  }

  @inline(__always) private static func lastPacked(_ state: SetState, ways: Int) -> Int {
    Int(truncatingIfNeeded: state[0] &>> UInt64(truncatingIfNeeded: 4 &* (ways &- 1)) & 15)
  }

  /// The way whose last use is longest ago, which is used.
  @inline(__always) static func reuseLastPacked(_ state: SetState, ways: Int) -> Int {
    let way = lastPacked(state, ways: ways)
    state[0] = state[0] &<< 4 | UInt64(truncatingIfNeeded: way)
    return way
  }
}
