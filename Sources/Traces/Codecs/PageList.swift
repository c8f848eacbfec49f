/// The pages that an owner's data used last, most recent first, each with the offset of its last access: both
/// sides of the page-column codec keep one.
struct PageList {
  /// The rank that stands for a page that is not in the list.
  static let capacity = 32

  private(set) var pages: [UInt64] = []
  private var offsets: [UInt64] = []

  func rank(of page: UInt64) -> Int? { pages.firstIndex(of: page) }

  /// Moves the page of a rank to the front.
  mutating func use(rank: Int) {
    if rank == 0 { return }
    pages.insert(pages.remove(at: rank), at: 0)
    offsets.insert(offsets.remove(at: rank), at: 0)
  }

  /// Puts a page at the front, dropping the one least recently used.
  mutating func insert(_ page: UInt64) {
    if pages.count == Self.capacity {
      pages.removeLast()
      offsets.removeLast()
    }
    pages.insert(page, at: 0)
    offsets.insert(0, at: 0)
  }

  /// The offset of the last access to the front page, 0 at first.
  var lastOffset: UInt64 {
    get { offsets[0] }
    set { offsets[0] = newValue }
  }
}
