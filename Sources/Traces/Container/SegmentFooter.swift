/// The last member of a segment: counts, digest, and the way to the index. Of fixed size and stored, not
/// compressed, so that it is found from the end of a file.
struct SegmentFooter: Hashable, Sendable {
  var summary = TraceSummary()
  /// The first byte of the last index member, from the start of the segment; 0 where there is none.
  var indexOffset: UInt64 = 0
  /// Bytes of the segment before the footer.
  var length: UInt64 = 0

  static let payloadSize = 112
  /// A stored deflate block: five bytes and the payload.
  static let storedSize = payloadSize + 5
  static let memberSize = MemberHeader.size + storedSize + MemberHeader.trailerSize

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(length)
    bytes.appendLittleEndian(indexOffset)
    bytes.appendLittleEndian(summary.records)
    for count in summary.recordsByKind { bytes.appendLittleEndian(count) }
    bytes.appendLittleEndian(summary.events)
    bytes.appendLittleEndian(summary.blocks)
    bytes.appendLittleEndian(summary.checkpoints)
    bytes.appendLittleEndian(UInt64(0))
    return bytes + summary.digest
  }

  /// The payload as a deflate stream of one stored block.
  static func stored(_ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [1]
    bytes.appendLittleEndian(UInt16(payload.count))
    bytes.appendLittleEndian(~UInt16(payload.count))
    return bytes + payload
  }

  init() {}

  init(decoding bytes: [UInt8]) throws(TraceError.Problem) {
    guard bytes.count == Self.payloadSize else { throw .illegal("the footer has another size") }
    var cursor = ByteCursor(bytes)
    length = try cursor.littleEndian(UInt64.self)
    indexOffset = try cursor.littleEndian(UInt64.self)
    summary.records = try cursor.littleEndian(UInt64.self)
    for index in 0..<4 { summary.recordsByKind[index] = try cursor.littleEndian(UInt64.self) }
    summary.events = try cursor.littleEndian(UInt64.self)
    summary.blocks = try cursor.littleEndian(UInt32.self)
    summary.checkpoints = try cursor.littleEndian(UInt32.self)
    guard try cursor.littleEndian(UInt64.self) == 0 else { throw .unknownFeature("footer flags") }
    summary.digest = Array(try cursor.take(32))
    summary.bytes = length &+ UInt64(Self.memberSize)
    guard countsAreLegal else { throw .illegal("the footer's counts cannot be those of its segment") }
  }

  /// Whether there may be so many records and events in as many blocks, and as many blocks in so many bytes: then counts
  /// of all segments of a file can be added.
  private var countsAreLegal: Bool {
    let blocks = UInt64(summary.blocks)
    let kinds = summary.recordsByKind.reduce((sum: 0 as UInt64, isLegal: true)) { kinds, count in
      let (sum, overflow) = kinds.sum.addingReportingOverflow(count)
      return (sum, kinds.isLegal && !overflow)
    }
    return kinds.isLegal && kinds.sum == summary.records
      && summary.records <= blocks * UInt64(TraceFormat.maximumRecordsPerBlock)
      && summary.events <= blocks * UInt64(TraceFormat.maximumEventsPerBlock)
      && summary.checkpoints <= summary.blocks
      && blocks * UInt64(MemberHeader.size + MemberHeader.trailerSize) <= length
  }
}
