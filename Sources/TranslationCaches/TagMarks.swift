/// A byte for each tag of a set, eight in a word: tells at once, and without a branch for each way, which few ways of a
/// set to compare.
///
/// A mark is never 0, which is that of an invalid way. Sets of up to ``comparedWays`` ways have none, since comparing
/// all of their tags takes no longer, and neither do those of more than ``maximumWays``, which have a ``TagIndex``.
enum TagMarks {
  static let comparedWays = 4
  static let maximumWays = 16

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The words of marks that a set has.
  static func words(ways: Int) -> Int {
    ways > comparedWays && ways <= maximumWays ? (ways + 7) / 8 : 0
  }

  /// The mark of a tag, in every byte of a word. The multiplier is 2^64 over the golden ratio [D].
  @inline(__always) static func pattern(_ tag: UInt64) -> UInt64 {
    max((tag &* 0x9E37_79B9_7F4A_7C15) &>> 56, 1) &* ones
  }

  /// The ways of a word that may have the mark of a pattern: the highest bit of each one's byte. A borrow may add some
  /// that have not, and leaves out none.
  @inline(__always) static func candidates(_ marks: UInt64, _ pattern: UInt64) -> UInt64 {
    let difference = marks ^ pattern
    return (difference &- ones) & ~difference & highs
  }

  /// Gives a way the mark of a pattern; 0 is that of an invalid way.
  @inline(__always) static func set(_ pattern: UInt64, _ way: Int, _ words: UnsafeMutablePointer<UInt64>) {
    let mask = UInt64(0xFF) &<< UInt64(truncatingIfNeeded: way & 7 &* 8)
    let word = words + way &>> 3
    word.pointee = word.pointee & ~mask | pattern & mask
  }
}
