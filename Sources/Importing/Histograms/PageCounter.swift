/// Counts by page what the lines of one format tell. To add one: a type of its own in a file of its own, and its line
/// in ``HistogramFormat``.
protocol PageCounter {
  /// What is counted of each page, in the order of the bits that ``count(_:_:_:)`` gives.
  static var columns: [String] { get }

  /// What the format holds, for messages.
  static var contents: String { get }

  /// Whether a line is one of this format's.
  static func recognises(_ line: Range<Int>, _ bytes: [UInt8]) -> Bool

  /// Counts one line; a line that tells nothing of a page counts in a total. False where there is no more room.
  static func count(_ line: Range<Int>, _ bytes: [UInt8], _ tally: inout PageTally) throws(Malformed) -> Bool
}
