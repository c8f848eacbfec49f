/// One byte for a group of records on one page: the page's rank in the list of recent pages, and the group's length.
enum GroupCode {
  /// The rank that stands for a page that is not in the list.
  static let newPage = PageList.capacity
  /// The length code of groups whose length stands in a column of its own.
  static let longGroup = 6

  static func encode(rank: Int, length: Int) -> UInt8 {
    UInt8(min(length - 1, longGroup) * (PageList.capacity + 1) + rank)
  }

  @inline(__always) static func decode(_ byte: UInt8) -> (rank: Int, lengthCode: Int) {
    (Int(byte) % (PageList.capacity + 1), Int(byte) / (PageList.capacity + 1))
  }
}

/// The pages that an owner's data used last, most recent first, each with the offset of its last access: both
/// sides of the page-column codec keep one.
struct PageList {
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
