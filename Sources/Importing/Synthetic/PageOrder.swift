public import Addressing

/// The pages of a footprint in random order.
///
/// Source: the shuffle of Fisher and Yates as in Knuth, "The Art of Computer Programming", volume 2, 3.4.2,
/// algorithm P [M].
public struct PageOrder: Sendable {
  private var pages: [UInt32]

  public init(count: Int, using generator: inout SplitMix64) {
    pages = (0..<count).map { UInt32($0) }
    for last in stride(from: count - 1, to: 0, by: -1) {
      pages.swapAt(last, Int(generator.number(below: UInt64(last) + 1)))
    }
  }

  public var count: Int { pages.count }

  /// The number of the page at a position.
  public subscript(position: Int) -> UInt64 { UInt64(pages[position]) }
}
