import Addressing

extension ReplacementPolicy {
  /// Tree-based pseudo-LRU: one bit a node of a binary tree over the ways tells which half to give up next.
  public static let treePLRU = ReplacementPolicy("tree-plru", TreePLRU.self)
}

/// Node 1 is the root, node n has the children 2n and 2n+1, and way w is the leaf `ways`+w. A node's bit is 1 when
/// the victim is to be sought in its upper half. Bit n of a set's words is node n's.
struct TreePLRU: Replacement {
  private let ways: Int
  private let wordsPerSet: Int
  private var bits: [UInt64]

  static let needsPowerOfTwoWays = true

  init(sets: Int, ways: Int) {
    self.ways = ways
    wordsPerSet = (ways + 63) / 64
    bits = [UInt64](repeating: 0, count: sets * wordsPerSet)
  }

  /// Points every node on the way's path to its other half.
  mutating func touched(_ way: Int, set: Int) {
    let first = set &* wordsPerSet
    var node = ways | way
    while node > 1 {
      let parent = node >> 1
      let bit = UInt64(1) << UInt64(truncatingIfNeeded: parent & 63)
      let word = first &+ (parent >> 6)
      bits[word] = node & 1 == 0 ? bits[word] | bit : bits[word] & ~bit
      node = parent
    }
  }

  mutating func filled(_ way: Int, set: Int) { touched(way, set: set) }

  mutating func victim(set: Int, random: inout SplitMix64) -> Int {
    let first = set &* wordsPerSet
    var node = 1
    while node < ways {
      let bit = bits[first &+ (node >> 6)] >> UInt64(truncatingIfNeeded: node & 63) & 1
      node = node << 1 | Int(truncatingIfNeeded: bit)
    }
    return node &- ways
  }
}
