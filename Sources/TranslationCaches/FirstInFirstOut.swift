import Addressing

extension ReplacementPolicy {
  /// Gives up the way whose fill is longest ago, hits or not. After invalidations this differs from a round-robin
  /// pointer: a refilled way is the youngest.
  public static let fifo = ReplacementPolicy("fifo", FirstInFirstOut.self)
}

struct FirstInFirstOut: Replacement {
  private var recency: Recency

  init(sets: Int, ways: Int) { recency = Recency(sets: sets, ways: ways) }
  mutating func touched(_ way: Int, set: Int) {}
  mutating func filled(_ way: Int, set: Int) { recency.moveToFront(way, set: set) }
  mutating func victim(set: Int, random: inout SplitMix64) -> Int { recency.last(set: set) }
}
