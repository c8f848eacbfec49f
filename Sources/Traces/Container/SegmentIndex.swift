/// One block as the index tells of it.
struct IndexEntry: Hashable, Sendable {
  /// The first byte of the block's first member (its checkpoint, events or offsets, or itself), from the start
  /// of the segment.
  var offset: UInt64
  var records: UInt32
  var events: UInt32
  var hasCheckpoint: Bool
}

/// The contents of one index member: up to ``TraceFormat/blocksPerIndex`` blocks, and where the index member
/// before it stands, so that neither side holds more than one.
struct IndexPage: Hashable, Sendable {
  /// The first byte of the previous index member, from the start of the segment; 0 where there is none.
  var previous: UInt64 = 0
  var entries: [IndexEntry] = []

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(previous)
    bytes.appendVarint(UInt64(entries.count))
    var offset: UInt64 = 0
    for entry in entries {
      bytes.appendVarint(entry.offset - offset)
      offset = entry.offset
      bytes.appendVarint(UInt64(entry.records))
      bytes.appendVarint(UInt64(entry.events))
      bytes.append(entry.hasCheckpoint ? 1 : 0)
    }
    return bytes
  }

  init() {}

  init(decoding bytes: [UInt8]) throws(TraceError.Problem) {
    var cursor = ByteCursor(bytes)
    previous = try cursor.varint()
    let count = try cursor.varint(upTo: TraceFormat.blocksPerIndex, "the entries of an index")
    var offset: UInt64 = 0
    for _ in 0..<count {
      let (sum, overflow) = offset.addingReportingOverflow(try cursor.varint())
      guard !overflow else { throw .illegal("an offset of the index has more than 64 bits") }
      offset = sum
      let records = try cursor.varint(upTo: TraceFormat.maximumRecordsPerBlock, "the records of a block")
      let events = try cursor.varint(upTo: TraceFormat.maximumEventsPerBlock, "the events of a block")
      let flag = try cursor.byte()
      guard flag <= 1 else { throw .illegal("a flag is \(flag)") }
      entries.append(
        IndexEntry(
          offset: offset, records: UInt32(records), events: UInt32(events), hasCheckpoint: flag == 1))
    }
    try cursor.requireEnd("an index")
  }
}
