import Addressing

extension ReplacementPolicy {
  /// Gives up the way whose last hit or fill is longest ago.
  public static let lru = ReplacementPolicy("lru", LeastRecentlyUsed.self)
}

enum LeastRecentlyUsed: Replacement {
  static func stateWords(ways: Int) -> Int { Recency.words(ways: ways) }
  static func prepare(_ state: SetState, ways: Int) { Recency.prepare(state, ways: ways) }

  static func touched(_ way: Int, _ state: SetState, ways: Int) {
    Recency.use(way, state, ways: ways)
  }

  static func filled(_ way: Int, _ state: SetState, ways: Int) {
    Recency.use(way, state, ways: ways)
  }

  static func victim(_ state: SetState, ways: Int, random: inout SplitMix64) -> Int {
    Recency.last(state, ways: ways)
  }
}
