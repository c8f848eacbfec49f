import Addressing

/// Encodes the records of one owner in one block as columns of pages and offsets (`Codecs.md`, "Page columns").
struct PageColumnEncoder {
  private var shapes: [UInt64: UInt64] = [:]
  /// Of the shapes with the same last bits the one used last and its number, which spares nearly all hashing.
  private var recentShapes = [(shape: UInt64, number: UInt64)](repeating: (.max, 0), count: 64)
  private var shapeTable: [UInt8] = []
  private var pages = PageList()
  private var lastPage: UInt64 = 0
  private var groupRank = 0
  private var groupLength = 0

  private var operations: [UInt8] = []
  private var groups: [UInt8] = []
  private var lengths: [UInt8] = []
  private var newPages: [UInt8] = []
  private var lowOffsets: [UInt8] = []
  private var highOffsets: [UInt8] = []

  mutating func append(_ records: ArraySlice<Access>) {
    for access in records { append(access) }
  }

  private mutating func append(_ access: Access) {
    operations.appendVarint(number(of: PageShape(access).number))
    let page = access.address.pageNumber
    if groupLength == 0 || page != lastPage { startGroup(page) }
    groupLength += 1
    let offset = access.address.offset(in: .size4K)
    let difference = (offset &- pages.lastOffset) & 4095
    pages.lastOffset = offset
    lowOffsets.append(UInt8(truncatingIfNeeded: difference))
    highOffsets.append(UInt8(truncatingIfNeeded: difference >> 8))
  }

  /// The number of a shape, by first appearance.
  private mutating func number(of shape: UInt64) -> UInt64 {
    let place = Int(truncatingIfNeeded: shape) & (recentShapes.count - 1)
    if recentShapes[place].shape == shape { return recentShapes[place].number }
    let number = shapes[shape] ?? UInt64(shapes.count)
    if shapes.updateValue(number, forKey: shape) == nil { shapeTable.appendVarint(shape) }
    recentShapes[place] = (shape, number)
    return number
  }

  private mutating func startGroup(_ page: UInt64) {
    endGroup()
    groupRank = pages.rank(of: page) ?? GroupCode.newPage
    if groupRank == GroupCode.newPage {
      newPages.appendSigned(page &- lastPage)
      pages.insert(page)
    } else {
      pages.use(rank: groupRank)
    }
    lastPage = page
  }

  private mutating func endGroup() {
    if groupLength == 0 { return }
    groups.append(GroupCode.encode(rank: groupRank, length: groupLength))
    if groupLength > GroupCode.longGroup {
      lengths.appendVarint(UInt64(groupLength - GroupCode.longGroup - 1))
    }
    groupLength = 0
  }

  /// The stream for the block's member, and the one for the member of offsets.
  mutating func finish() -> (pages: [UInt8], offsets: [UInt8]) {
    endGroup()
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(shapes.count))
    let columns = [shapeTable, operations, groups, lengths, newPages]
    for column in columns { bytes.appendVarint(UInt64(column.count)) }
    for column in columns { bytes += column }
    return (bytes, lowOffsets + highOffsets)
  }
}

/// What the page columns tell of an access beside its page: enough for page runs.
struct PageShape: Hashable {
  var operation: Operation
  var crossesPage: Bool

  init(_ access: Access) {
    operation = Operation(access)
    crossesPage = access.crossesPage
  }

  /// `size * 8 + crosses * 4 + kind`.
  var number: UInt64 {
    UInt64(operation.size) << 3 | (crossesPage ? 4 : 0) | UInt64(operation.kind.rawValue)
  }

  init(decoding number: UInt64) throws(TraceError.Problem) {
    operation = try Operation(decoding: (number >> 3) << 2 | number & 3)
    crossesPage = number & 4 != 0
  }
}
