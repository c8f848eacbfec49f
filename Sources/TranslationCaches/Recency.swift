/// The order in which the ways of a set were last moved to the front.
///
/// Up to ``packedWays`` ways it is one word, a nibble a way, the front in the lowest. Beyond that it is a circular
/// list, so that a move takes constant time whatever the number of ways: word 0 is the front way, word w+1 holds
/// way w's neighbours towards the front (high half) and towards the back (low half).
enum Recency {
  /// The largest number of ways whose order fits in a word.
  static let packedWays = 16

  static func words(ways: Int) -> Int { ways <= packedWays ? 1 : ways + 1 }

  /// Way 0 in front, the last way at the back.
  static func prepare(_ state: SetState, ways: Int) {
    for way in 0..<ways {
      if ways <= packedWays {
        state[0] |= UInt64(way) << UInt64(4 * way)
      } else {
        state[way + 1] = link(ahead: way == 0 ? ways - 1 : way - 1, behind: way == ways - 1 ? 0 : way + 1)
      }
    }
  }

  @inline(__always) static func moveToFront(_ way: Int, _ state: SetState, ways: Int) {
    if ways <= packedWays {
      state[0] = packed(way, movedToFrontOf: state[0])
    } else {
      listMoveToFront(way, state)
    }
  }

  /// The way that was moved to the front longest ago.
  @inline(__always) static func last(_ state: SetState, ways: Int) -> Int {
    if ways <= packedWays {
      Int(truncatingIfNeeded: state[0] >> UInt64(truncatingIfNeeded: 4 &* (ways &- 1)) & 15)
    } else {
      ahead(of: Int(truncatingIfNeeded: state[0]), state)
    }
  }

  /// The way's nibble is the lowest zero nibble of the order xor the way in every nibble: a borrow out of a zero
  /// nibble can only make higher nibbles look zero, and nibbles past the last way are higher too.
  @inline(__always) private static func packed(_ way: Int, movedToFrontOf order: UInt64) -> UInt64 {
    let number = UInt64(truncatingIfNeeded: way)
    let difference = order ^ (number &* 0x1111_1111_1111_1111)
    let zeros = (difference &- 0x1111_1111_1111_1111) & ~difference & 0x8888_8888_8888_8888
    let ahead = (zeros & (0 &- zeros)) >> 3 &- 1
    return (order & ~(ahead << 4 | 15)) | (order & ahead) << 4 | number
  }

  private static func listMoveToFront(_ way: Int, _ state: SetState) {
    let front = Int(truncatingIfNeeded: state[0])
    if way == front { return }
    let back = ahead(of: front, state)
    if way != back {
      let (before, after) = (ahead(of: way, state), behind(way, state))
      setBehind(of: before, after, state)
      setAhead(of: after, before, state)
      setBehind(of: back, way, state)
      setAhead(of: front, way, state)
      state[way &+ 1] = link(ahead: back, behind: front)
    }
    state[0] = UInt64(truncatingIfNeeded: way)
  }

  @inline(__always) private static func ahead(of way: Int, _ state: SetState) -> Int {
    Int(truncatingIfNeeded: state[way &+ 1] >> 32)
  }

  @inline(__always) private static func behind(_ way: Int, _ state: SetState) -> Int {
    Int(truncatingIfNeeded: state[way &+ 1] & 0xFFFF_FFFF)
  }

  @inline(__always) private static func setAhead(of way: Int, _ other: Int, _ state: SetState) {
    state[way &+ 1] = link(ahead: other, behind: behind(way, state))
  }

  @inline(__always) private static func setBehind(of way: Int, _ other: Int, _ state: SetState) {
    state[way &+ 1] = link(ahead: ahead(of: way, state), behind: other)
  }

  @inline(__always) private static func link(ahead: Int, behind: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: ahead) << 32 | UInt64(truncatingIfNeeded: behind)
  }
}
