/// The recency order of a wide set as the log of its uses: the least recent way is the oldest entry that is its
/// way's latest. A use is two writes; entries overtaken by later ones are skipped when they get old, so that both
/// take constant time on average. (A linked list takes five writes a use.)
///
/// Words of state: the numbers of entries ever appended and ever dropped, then each way's latest entry, then the
/// entries, in a ring of at least four a way.
enum UseLog {
  private static let latest = 2

  static func words(ways: Int) -> Int { latest + ways + ring(ways) }

  /// The number of entries in the ring: a power of two, at least four a way.
  @inline(__always) private static func ring(_ ways: Int) -> Int {
    1 &<< (Int.bitWidth &- (ways &* 4 &- 1).leadingZeroBitCount)
  }

  @inline(__always) static func append(_ way: Int, _ state: SetState, ways: Int) {
    let ring = ring(ways)
    var end = Int(truncatingIfNeeded: state[0])
    if end &- Int(truncatingIfNeeded: state[1]) == ring { end = compact(state, ways: ways, ring: ring) }
    state[latest &+ ways &+ end & (ring &- 1)] = UInt64(truncatingIfNeeded: way)
    state[latest &+ way] = UInt64(truncatingIfNeeded: end)
    state[0] = UInt64(truncatingIfNeeded: end &+ 1)
  }

  static func last(_ state: SetState, ways: Int) -> Int {
    let ring = ring(ways)
    var start = Int(truncatingIfNeeded: state[1])
    while true {
      let way = Int(truncatingIfNeeded: state[latest &+ ways &+ start & (ring &- 1)])
      if state[latest &+ way] == UInt64(truncatingIfNeeded: start) {
        state[1] = UInt64(truncatingIfNeeded: start)
        return way
      }
      start &+= 1
    }
  }

  /// Drops the overtaken entries of a full ring, keeping the order of the others; returns the new end.
  @inline(never) private static func compact(_ state: SetState, ways: Int, ring: Int) -> Int {
    let entries = latest + ways
    var end = Int(state[1])
    for position in end..<end + ring {
      let way = state[entries + position & (ring - 1)]
      if state[latest + Int(way)] == UInt64(position) {
        state[entries + end & (ring - 1)] = way
        state[latest + Int(way)] = UInt64(end)
        end += 1
      }
    }
    return end
  }
}
