import Addressing

/// One owner's stream of pages, decoded to page runs; no offset is needed for those, so none is inflated.
struct PageRunStream {
  private let columns: PageColumns
  /// For each shape the flags of a run that starts with it, and ``crossing``.
  private let shapeFlags: [UInt8]
  private var operation: Int
  private var group: Int
  private var length: Int
  private var newPage: Int
  private var recent = RecentPages()
  private var page: UInt64 = 0
  private var groupRest = 0
  private var produced = 0

  private static let crossing: UInt8 = 4

  init(_ columns: PageColumns) {
    self.columns = columns
    shapeFlags = columns.shapes.map { shape in
      (shape.operation.isFetch ? 1 : 0) | (shape.operation.isWrite ? 2 : 0)
        | (shape.crossesPage ? Self.crossing : 0)
    }
    operation = columns.operations.lowerBound
    group = columns.groups.lowerBound
    length = columns.lengths.lowerBound
    newPage = columns.newPages.lowerBound
  }

  /// Decodes the records up to the position `end`.
  mutating func decodeRuns(
    _ payload: PaddedBytes, to end: Int, isUnified: Bool, _ runState: inout RunState,
    _ output: inout RunOutput
  ) throws(TraceError.Problem) {
    while runState.position < end {
      if groupRest == 0 { try startGroup(payload) }
      // Not more than the output's reserve allows: two runs a record.
      let count = min(groupRest, end - runState.position, RunOutput.reserve / 2)
      if runState.next >= output.flushLine { output.flush(&runState.next) }
      try decodeRecords(count, payload, isUnified, &runState)
      groupRest -= count
      produced += count
    }
  }

  private mutating func decodeRecords(
    _ count: Int, _ payload: PaddedBytes, _ isUnified: Bool, _ runState: inout RunState
  ) throws(TraceError.Problem) {
    var state = runState
    for _ in 0..<count {
      let number = try payload.varint(at: &operation, before: columns.operations.upperBound)
      guard number < UInt64(shapeFlags.count) else { throw .illegal("the number of a shape is not known") }
      let shape = shapeFlags[Int(number)]
      let flags = UInt32(shape & 3)
      state.fetches &+= flags & 1
      state.touch(page, flags, isUnified: isUnified)
      if shape & Self.crossing != 0 {
        if flags & 1 != 0 { state.fetchCrossings &+= 1 } else { state.dataCrossings &+= 1 }
        state.touch(Canonical.extend((page &+ 1) << 12) >> 12, flags, isUnified: isUnified)
      }
      state.position &+= 1
    }
    runState = state
  }

  private mutating func startGroup(_ payload: PaddedBytes) throws(TraceError.Problem) {
    guard group < columns.groups.upperBound else { throw .illegal("a column ends early") }
    let (rank, lengthCode) = GroupCode.decode(payload.base[group])
    group += 1
    if rank < recent.count {
      page = recent.use(rank: rank)
    } else if rank == GroupCode.newPage {
      let difference = ZigZag.decode(try payload.varint(at: &newPage, before: columns.newPages.upperBound))
      page = Canonical.extend((page &+ difference) << 12) >> 12
      recent.insert(page)
    } else {
      throw .illegal("the rank of a page is not in the list")
    }
    guard lengthCode <= GroupCode.longGroup else { throw .illegal("a group code is not known") }
    groupRest = lengthCode + 1
    let limit = columns.recordCount - produced
    if lengthCode == GroupCode.longGroup {
      let more = try payload.varint(at: &length, before: columns.lengths.upperBound)
      guard more <= UInt64(limit) else { throw .illegal("a group of records is too long") }
      groupRest += Int(more)
    }
    guard groupRest <= limit else { throw .illegal("a group of records is too long") }
  }

  /// Checks that the stream ended where its columns do.
  func finish() throws(TraceError.Problem) {
    guard groupRest == 0, operation == columns.operations.upperBound, group == columns.groups.upperBound,
      length == columns.lengths.upperBound, newPage == columns.newPages.upperBound
    else { throw .illegal("bytes are left over behind a stream of pages") }
  }
}

/// The pages used last, most recent first, without the offsets of ``PageList``.
private struct RecentPages {
  private var pages = InlineArray<32, UInt64>(repeating: 0)
  private(set) var count = 0

  mutating func use(rank: Int) -> UInt64 {
    let page = pages[rank]
    shift(rank)
    pages[0] = page
    return page
  }

  mutating func insert(_ page: UInt64) {
    if count < PageList.capacity { count += 1 }
    shift(count - 1)
    pages[0] = page
  }

  private mutating func shift(_ last: Int) {
    var index = last
    while index > 0 {
      pages[index] = pages[index - 1]
      index -= 1
    }
  }
}
