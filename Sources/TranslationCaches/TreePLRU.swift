import Addressing

extension ReplacementPolicy {
  /// Tree-based pseudo-LRU: one bit a node of a binary tree over the ways tells which half to give up next.
  public static let treePLRU = ReplacementPolicy("tree-plru", TreePLRU.self)
}

/// Node 1 is the root, node n has the children 2n and 2n+1, and way w is the leaf `ways`+w. A node's bit is 1 when
/// the victim is to be sought in its upper half. Bit n of a set's words is node n's.
enum TreePLRU: Replacement {
  static let needsPowerOfTwoWays = true
  static func stateWords(ways: Int) -> Int { (ways + 63) / 64 }

  /// Points every node on the way's path to its other half.
  static func touched(_ way: Int, _ state: SetState, ways: Int) {
    var node = ways | way
    while node > 1 {
      let parent = node >> 1
      let bit = UInt64(1) << UInt64(truncatingIfNeeded: parent & 63)
      let word = parent >> 6
      state[word] = node & 1 == 0 ? state[word] | bit : state[word] & ~bit
      node = parent
    }
  }

  static func filled(_ way: Int, _ state: SetState, ways: Int) { touched(way, state, ways: ways) }

  static func victim(_ state: SetState, ways: Int, random: inout SplitMix64) -> Int {
    var node = 1
    while node < ways {
      let bit = state[node >> 6] >> UInt64(truncatingIfNeeded: node & 63) & 1
      node = node << 1 | Int(truncatingIfNeeded: bit)
    }
    return node &- ways
  }
}
