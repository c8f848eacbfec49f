import Addressing

/// Where the columns of one owner's stream of pages lie in the payload of a block.
struct PageColumns {
  var recordCount: Int
  var shapes: [PageShape]
  var operations: Range<Int>
  var groups: Range<Int>
  var lengths: Range<Int>
  var newPages: Range<Int>

  /// Reads the sizes and the table of shapes at the cursor, and steps over the columns.
  init(_ cursor: inout ByteCursor, _ payload: [UInt8], recordCount: Int) throws(TraceError.Problem) {
    self.recordCount = recordCount
    let shapeCount = try cursor.varint(upTo: recordCount, "the shapes of a table")
    let ranges = try cursor.columns(5)
    var table = ByteCursor(payload, ranges[0])
    shapes = []
    for _ in 0..<shapeCount { shapes.append(try PageShape(decoding: try table.varint())) }
    try table.requireEnd("a table of shapes")
    operations = ranges[1]
    groups = ranges[2]
    lengths = ranges[3]
    newPages = ranges[4]
  }
}

/// Decodes the pages of one owner's records in one block; with the offsets, the inverse of ``PageColumnEncoder``.
struct PageColumnDecoder {
  private let columns: PageColumns
  private var operations: ByteCursor
  private var groups: ByteCursor
  private var lengths: ByteCursor
  private var newPages: ByteCursor
  private var pages = PageList()
  private var groupRest = 0
  private(set) var page: UInt64 = 0
  private var produced = 0

  init(_ payload: [UInt8], _ columns: PageColumns) {
    self.columns = columns
    operations = ByteCursor(payload, columns.operations)
    groups = ByteCursor(payload, columns.groups)
    lengths = ByteCursor(payload, columns.lengths)
    newPages = ByteCursor(payload, columns.newPages)
  }

  /// The next record's page, in `page`, and its shape.
  mutating func next() throws(TraceError.Problem) -> PageShape {
    if groupRest == 0 { try startGroup() }
    groupRest -= 1
    produced += 1
    return columns.shapes[try operations.varint(upTo: columns.shapes.count - 1, "the number of a shape")]
  }

  private mutating func startGroup() throws(TraceError.Problem) {
    let byte = try groups.byte()
    let (rank, lengthCode) = GroupCode.decode(byte)
    if rank < pages.pages.count {
      page = pages.pages[rank]
      pages.use(rank: rank)
    } else if rank == GroupCode.newPage {
      page = Canonical.extend((page &+ (try newPages.signed())) << 12) >> 12
      guard pages.rank(of: page) == nil else { throw .illegal("a page of the list is given as a new one") }
      pages.insert(page)
    } else {
      throw .illegal("the rank of a page is not in the list")
    }
    guard lengthCode <= GroupCode.longGroup else { throw .illegal("a group code of \(byte)") }
    groupRest = lengthCode + 1
    let limit = columns.recordCount - produced
    if lengthCode == GroupCode.longGroup {
      groupRest += try lengths.varint(upTo: limit, "the length of a group")
    }
    guard groupRest <= limit else { throw .illegal("a group of records is too long") }
  }

  /// The address of the record that `next` told of, from the difference of its offset.
  mutating func address(
    offsetDifference difference: UInt64, shape: PageShape
  ) throws(TraceError.Problem) -> VirtualAddress {
    let offset = (pages.lastOffset &+ difference) & 4095
    pages.lastOffset = offset
    guard shape.crossesPage == (offset + UInt64(shape.operation.size) > 4096) else {
      throw .illegal("a record crosses its page where its shape says that it does not, or the reverse")
    }
    return VirtualAddress(page << 12 | offset)
  }

  /// Checks that nothing is left over.
  func finish() throws(TraceError.Problem) {
    guard groupRest == 0 else { throw .illegal("a group of records goes on beyond the block") }
    for column in [operations, groups, lengths, newPages] { try column.requireEnd("a stream of pages") }
  }
}
