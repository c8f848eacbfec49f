/// Where the parts of a set lie in a structure's memory, in words.
///
/// A set begins with a header: the slot that was touched or filled last in the low half, and in the high half a number
/// of ways below which none is invalid. Then come the policy's state, the marks of sets that are searched by them, the
/// tags and the payloads. A slot is the offset of its tag in the memory.
@frozen @usableFromInline struct SetLayout: Sendable {
  @usableFromInline let ways: Int
  /// The offset of a set's marks from its header.
  let firstMark: Int
  /// The offset of a set's first tag from its header.
  @usableFromInline let firstTag: Int
  /// The words of a set.
  @usableFromInline let stride: Int

  static let firstState = 1

  init(ways: Int, stateWords: Int) {
    self.ways = ways
    firstMark = Self.firstState + stateWords
    firstTag = firstMark + TagMarks.words(ways: ways)
    stride = firstTag + 2 * ways
  }

  @inlinable @inline(__always) static func recentSlot(_ header: UInt64) -> Int {
    Int(truncatingIfNeeded: header & 0xFFFF_FFFF)
  }

  @inline(__always) static func vacancy(_ header: UInt64) -> Int { Int(truncatingIfNeeded: header &>> 32) }

  @inline(__always) static func header(recentSlot: Int, vacancy: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: vacancy) &<< 32 | UInt64(truncatingIfNeeded: recentSlot)
  }
}
