import Addressing

extension ReplacementPolicy {
  /// Gives up a way drawn from the structure's seeded generator; nothing is drawn before a set is full.
  public static let random = ReplacementPolicy("random", RandomReplacement.self)
}

enum RandomReplacement: Replacement {
  static let heedsHits = false
  static func stateWords(ways: Int) -> Int { 0 }
  static func touched(_ way: Int, _ state: SetState, ways: Int) {}
  static func filled(_ way: Int, _ state: SetState, ways: Int) {}

  /// One draw, scaled to the ways: the high half of the 128-bit product.
  static func victim(_ state: SetState, ways: Int, random: inout SplitMix64) -> Int {
    Int(truncatingIfNeeded: random.next().multipliedFullWidth(by: UInt64(ways)).high)
  }
}
