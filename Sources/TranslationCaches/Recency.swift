/// For each set, the order in which its ways were last moved to the front.
///
/// Up to ``packedWays`` ways the order is one word. Beyond that it is a circular list, so that a move takes constant
/// time whatever the number of ways: word 0 of a set is its front way, word w+1 holds way w's neighbours towards
/// the front (high half) and towards the back (low half).
struct Recency: Sendable {
  /// The largest number of ways whose order fits in a word.
  static let packedWays = 16

  private let ways: Int
  private var words: [UInt64]

  /// In each set, way 0 in front and the last way at the back.
  init(sets: Int, ways: Int) {
    self.ways = ways
    guard ways > Self.packedWays else {
      words = [UInt64](repeating: PackedRecency.initial(ways: ways), count: sets)
      return
    }
    words = []
    words.reserveCapacity(sets * (ways + 1))
    for _ in 0..<sets {
      words.append(0)
      for way in 0..<ways {
        words.append(Self.link(ahead: way == 0 ? ways - 1 : way - 1, behind: way == ways - 1 ? 0 : way + 1))
      }
    }
  }

  mutating func moveToFront(_ way: Int, set: Int) {
    guard ways > Self.packedWays else {
      words[set] = PackedRecency.movedToFront(way, words[set])
      return
    }
    let base = set &* (ways &+ 1)
    let front = Int(truncatingIfNeeded: words[base])
    if way == front { return }
    let back = ahead(of: front, base)
    if way != back {
      let (before, after) = (ahead(of: way, base), behind(way, base))
      setBehind(of: before, after, base)
      setAhead(of: after, before, base)
      setBehind(of: back, way, base)
      setAhead(of: front, way, base)
      words[base &+ 1 &+ way] = Self.link(ahead: back, behind: front)
    }
    words[base] = UInt64(truncatingIfNeeded: way)
  }

  /// The way that was moved to the front longest ago.
  func last(set: Int) -> Int {
    guard ways > Self.packedWays else { return PackedRecency.last(words[set], ways: ways) }
    let base = set &* (ways &+ 1)
    return ahead(of: Int(truncatingIfNeeded: words[base]), base)
  }

  private func ahead(of way: Int, _ base: Int) -> Int {
    Int(truncatingIfNeeded: words[base &+ 1 &+ way] >> 32)
  }

  private func behind(_ way: Int, _ base: Int) -> Int {
    Int(truncatingIfNeeded: words[base &+ 1 &+ way] & 0xFFFF_FFFF)
  }

  private mutating func setAhead(of way: Int, _ other: Int, _ base: Int) {
    words[base &+ 1 &+ way] = Self.link(ahead: other, behind: behind(way, base))
  }

  private mutating func setBehind(of way: Int, _ other: Int, _ base: Int) {
    words[base &+ 1 &+ way] = Self.link(ahead: ahead(of: way, base), behind: other)
  }

  private static func link(ahead: Int, behind: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: ahead) << 32 | UInt64(truncatingIfNeeded: behind)
  }
}
