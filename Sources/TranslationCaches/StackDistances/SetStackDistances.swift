/// The stack distances of a reference string within the sets of one set count: one pass gives the misses of every
/// set-associative LRU structure of that many sets and of 1 to ``DistanceHistogram/limit`` ways.
///
/// A page's set is its number modulo the number of sets. Each set is a list, the most recent page first, as long as
/// there are ways.
///
/// Source: Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for storage hierarchies", IBM Systems Journal
/// 9(2), 1970 (congruence mapping) [M].
public struct SetStackDistances: Sendable {
  public let sets: Int
  /// Since ``resetCounts()``.
  public private(set) var histogram: DistanceHistogram
  private var pages: [PageKey]
  /// The number of sets less one where that is a mask, else 0.
  private let mask: UInt64

  /// - Parameters:
  ///   - sets: Any number, powers of two or not.
  ///   - ways: The largest number of ways to learn of.
  public init(sets: Int, ways: Int) {
    precondition(sets > 0 && ways > 0, "no sets or no ways")
    self.sets = sets
    histogram = DistanceHistogram(limit: ways)
    pages = Array(repeating: .none, count: sets * ways)
    mask = sets.nonzeroBitCount == 1 ? UInt64(sets - 1) : 0
  }

  /// Takes the next references.
  public mutating func reference(_ references: [PageKey]) {
    for page in references { histogram.add(reference(page)) }
  }

  /// The distance of a reference, whose page moves to the front of its list; 0 where it is not there.
  @inline(__always) private mutating func reference(_ page: PageKey) -> Int {
    let set = mask != 0 ? page.number & mask : page.number % UInt64(sets)
    let first = Int(truncatingIfNeeded: set) &* histogram.limit
    var moved = page
    for distance in 1...histogram.limit {
      let position = first &+ distance &- 1
      let held = pages[position]
      pages[position] = moved
      if held == page { return distance }
      moved = held
    }
    return 0
  }

  /// Starts to count from here on; what was referenced stays so.
  public mutating func resetCounts() { histogram.reset() }

  /// Empties the sets; counts stay.
  public mutating func forgetPages() { pages = Array(repeating: .none, count: pages.count) }
}
