/// A byte for each tag of a set, eight in a word: tells at once, and without a branch for each way, which few ways of a
/// set to compare.
///
/// A mark is never 0, which is that of an invalid way, nor 1. Sets of up to ``comparedWays`` ways have none, since
/// comparing all of their tags takes no longer, and neither do those of more than ``maximumWays``, which have a
/// ``TagIndex``.
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
    max((tag &* 0x9E37_79B9_7F4A_7C15) &>> 56, 2) &* ones
  }

  /// The ways whose mark is that of a pattern, a bit each: way 8 comes next to way 0, and so on. Of a set with one word of
  /// marks the second is not looked at.
  @inline(__always) static func candidates(
    _ marks: UnsafeMutablePointer<UInt64>, ways: Int, _ pattern: UInt64
  ) -> UInt64 {
    let first = equalBytes(marks[0], pattern) &>> 7
    return ways > 8 ? first | equalBytes(marks[1], pattern) &>> 6 : first
  }

  /// The way of the lowest candidate.
  @inline(__always) static func way(of candidates: UInt64) -> Int {
    let bit = candidates.trailingZeroBitCount
    return bit &>> 3 | (bit & 1) &<< 3
  }

  /// The highest bit of each byte in which two words are equal. A borrow may add bytes in which they differ by 1, and
  /// leaves out none: tags are compared anyway, and the mark of no tag differs by 1 from that of an invalid way.
  @inline(__always) private static func equalBytes(_ word: UInt64, _ other: UInt64) -> UInt64 {
    let difference = word ^ other
    return (difference &- ones) & ~difference & highs
  }

  /// Gives a way the mark of a pattern; 0 is that of an invalid way.
  @inline(__always) static func set(_ pattern: UInt64, _ way: Int, _ words: UnsafeMutablePointer<UInt64>) {
    let mask = UInt64(0xFF) &<< UInt64(truncatingIfNeeded: way & 7 &* 8)
    let word = words + way &>> 3
    word.pointee = word.pointee & ~mask | pattern & mask
  }
}
