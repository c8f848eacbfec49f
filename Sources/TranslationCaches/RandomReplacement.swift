import Addressing

extension ReplacementPolicy {
  /// Gives up a way drawn from the structure's seeded generator; nothing is drawn before a set is full.
  public static let random = ReplacementPolicy("random", RandomReplacement.self)
}

struct RandomReplacement: Replacement {
  private let ways: UInt64

  init(sets: Int, ways: Int) { self.ways = UInt64(ways) }
  mutating func touched(_ way: Int, set: Int) {}
  mutating func filled(_ way: Int, set: Int) {}

  /// One draw, scaled to the ways: the high half of the 128-bit product.
  mutating func victim(set: Int, random: inout SplitMix64) -> Int {
    Int(truncatingIfNeeded: random.next().multipliedFullWidth(by: ways).high)
  }
}
