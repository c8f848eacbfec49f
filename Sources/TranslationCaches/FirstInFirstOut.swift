import Addressing

extension ReplacementPolicy {
  /// Gives up the way whose fill is longest ago, hits or not. After invalidations this differs from a round-robin
  /// pointer: a refilled way is the youngest.
  public static let fifo = ReplacementPolicy("fifo", FirstInFirstOut.self)
}

enum FirstInFirstOut: Replacement {
  static let heedsHits = false
  static func stateWords(ways: Int) -> Int { Recency.words(ways: ways) }
  static func prepare(_ state: SetState, ways: Int) { Recency.prepare(state, ways: ways) }
  static func touched(_ way: Int, _ state: SetState, ways: Int) {}

  static func filled(_ way: Int, _ state: SetState, ways: Int) {
    Recency.use(way, state, ways: ways)
  }

  static func victim(_ state: SetState, ways: Int, random: inout SplitMix64) -> Int {
    Recency.last(state, ways: ways)
  }
}
