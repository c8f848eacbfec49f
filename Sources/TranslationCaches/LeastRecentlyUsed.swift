import Addressing

extension ReplacementPolicy {
  /// Gives up the way whose last hit or fill is longest ago.
  public static let lru = ReplacementPolicy("lru", LeastRecentlyUsed.self)
}

struct LeastRecentlyUsed: Replacement {
  private var recency: Recency

  init(sets: Int, ways: Int) { recency = Recency(sets: sets, ways: ways) }
  mutating func touched(_ way: Int, set: Int) { recency.moveToFront(way, set: set) }
  mutating func filled(_ way: Int, set: Int) { recency.moveToFront(way, set: set) }
  mutating func victim(set: Int, random: inout SplitMix64) -> Int { recency.last(set: set) }
}
