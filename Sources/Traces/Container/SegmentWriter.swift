/// Writes one segment: its header, blocks, index and footer.
struct SegmentWriter {
  private var members: MemberWriter
  private var index = IndexPage()
  private var lastIndexOffset: UInt64 = 0
  private var summary = TraceSummary()
  private var header: TraceHeader
  /// Tells the digest that the header lacks.
  private let digest: (() -> String?)?

  /// The bytes of blocks that wait for a header without a digest, at most.
  private static let heldBytes: UInt64 = 1 << 24

  /// Writes the header, unless its digest of the source is yet to come: then when that is needed.
  init(
    to sink: any ByteSink, header: TraceHeader, digest: (() -> String?)?
  ) throws(TraceError) {
    members = MemberWriter(sink)
    self.header = header
    self.digest = digest
    if digest != nil { members.holdBack() } else { try writeHeader() }
  }

  /// What messages call the file.
  var name: String { members.sink.name }

  mutating func write(_ block: CompressedBlock) throws(TraceError) {
    if members.holdsBack, members.offset >= Self.heldBytes { try writeHeader() }
    let entry = IndexEntry(
      offset: members.offset, records: UInt32(block.recordCount), events: UInt32(block.eventCount),
      hasCheckpoint: block.checkpoint != nil)
    if let checkpoint = block.checkpoint { try members.write(member(.checkpoint), checkpoint) }
    if let events = block.events { try members.write(member(.events, count: block.eventCount), events) }
    if let offsets = block.offsets { try members.write(member(.offsets, count: block.recordCount), offsets) }
    var records = member(.block, count: block.recordCount)
    records.codec = block.codec.rawValue
    try members.write(records, block.records)
    count(block)
    index.entries.append(entry)
    if index.entries.count == TraceFormat.blocksPerIndex { try writeIndex() }
  }

  /// Writes index and footer, and returns the counts.
  mutating func finish() throws(TraceError) -> TraceSummary {
    if members.holdsBack { try writeHeader() }
    if !index.entries.isEmpty { try writeIndex() }
    var footer = SegmentFooter()
    summary.digest = members.digest
    footer.summary = summary
    footer.indexOffset = lastIndexOffset
    footer.length = members.offset
    try members.write(member(.footer), footer.encoded())
    summary.bytes = members.offset
    return summary
  }

  private mutating func writeHeader() throws(TraceError) {
    if let digest { header.sourceDigest = digest() }
    let payload: [UInt8]
    do throws(TraceError.Problem) {
      payload = try header.encoded()
    } catch {
      throw TraceError(error, file: name)
    }
    let held = members.offset
    try members.writeFirst(MemberHeader(.header, number: 0, block: 0, firstRecord: 0), payload)
    for entry in index.entries.indices { index.entries[entry].offset += members.offset - held }
  }

  private func member(_ kind: MemberKind, count: Int = 0) -> MemberHeader {
    var header = MemberHeader(kind, number: 0, block: summary.blocks, firstRecord: summary.records)
    header.count = UInt32(count)
    return header
  }

  private mutating func count(_ block: CompressedBlock) {
    for (kind, count) in block.recordsByKind.enumerated() { summary.recordsByKind[kind] += count }
    summary.records += UInt64(block.recordCount)
    summary.events += UInt64(block.eventCount)
    summary.blocks += 1
    if block.checkpoint != nil { summary.checkpoints += 1 }
  }

  private mutating func writeIndex() throws(TraceError) {
    if members.holdsBack { try writeHeader() }
    let offset = members.offset
    try members.write(member(.index, count: index.entries.count), index.encoded())
    index = IndexPage()
    index.previous = offset
    lastIndexOffset = offset
  }
}
