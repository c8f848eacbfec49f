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
  mutating func use(rank: Int) { moveToFront(rank, pages[rank], offset: offsets[rank]) }

  /// Puts a page at the front, dropping the one least recently used.
  mutating func insert(_ page: UInt64) {
    if pages.count < Self.capacity {
      pages.append(page)
      offsets.append(0)
    }
    moveToFront(pages.count - 1, page, offset: 0)
  }

  /// Puts a page at the front, and those before a rank one further back.
  private mutating func moveToFront(_ rank: Int, _ page: UInt64, offset: UInt64) {
    for index in stride(from: rank, to: 0, by: -1) {
      pages[index] = pages[index - 1]
      offsets[index] = offsets[index - 1]
    }
    (pages[0], offsets[0]) = (page, offset)
  }

  /// The offset of the last access to the front page, 0 at first.
  var lastOffset: UInt64 {
    get { offsets[0] }
    set { offsets[0] = newValue }
  }
}
