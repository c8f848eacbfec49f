/// The stack distances of a reference string: one pass gives the misses of every fully associative LRU structure of
/// 1 to ``DistanceHistogram/limit`` entries.
///
/// The distance of a reference is the number of different pages referenced since the last reference to its page, that
/// one included. It hits where there are as many entries or more.
///
/// Source: Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for storage hierarchies", IBM Systems Journal
/// 9(2), 1970 [M].
public struct StackDistances: Sendable {
  /// Since ``resetCounts()``.
  public private(set) var histogram: DistanceHistogram
  /// First references to a page, since ``resetCounts()``.
  public private(set) var coldMisses: UInt64 = 0
  /// Different pages referenced before ``forgetPages()``.
  private var forgottenPages = 0
  private var pages = PageNumbering()
  private var recency: RecencyRanks

  /// - Parameter limit: The largest number of entries to learn of.
  public init(limit: Int) {
    precondition(limit > 0, "no entries")
    histogram = DistanceHistogram(limit: limit)
    recency = RecencyRanks(limit: limit)
  }

  /// Different pages referenced; a page forgotten and referenced again is another one.
  public var pageCount: Int { forgottenPages + pages.count }

  /// Takes the next references.
  public mutating func reference(_ references: [PageKey]) {
    let limit = histogram.limit
    for page in references {
      let known = pages.count
      let number = pages.number(of: page)
      let distance = recency.use(number)
      if number == known { coldMisses &+= 1 }
      histogram.add(distance <= limit ? distance : 0)
    }
  }

  /// Starts to count from here on; what was referenced stays so.
  public mutating func resetCounts() {
    histogram.reset()
    coldMisses = 0
  }

  /// Empties the structures; counts stay.
  public mutating func forgetPages() {
    forgottenPages = pageCount
    pages.removeAll()
    recency.removeAll()
  }
}
