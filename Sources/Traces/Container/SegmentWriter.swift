/// Writes one segment: its header, blocks, index and footer.
struct SegmentWriter {
  private var members: MemberWriter
  private var index = IndexPage()
  private var lastIndexOffset: UInt64 = 0
  private var summary = TraceSummary()

  init(to sink: any ByteSink, header: TraceHeader) throws(TraceError) {
    members = MemberWriter(sink)
    let payload: [UInt8]
    do throws(TraceError.Problem) {
      payload = try header.encoded()
    } catch {
      throw TraceError(error, file: sink.name)
    }
    try members.write(MemberHeader(.header, number: 0, block: 0, firstRecord: 0), payload)
  }

  /// What messages call the file.
  var name: String { members.sink.name }

  mutating func write(_ block: CompressedBlock) throws(TraceError) {
    let entry = IndexEntry(
      offset: members.offset, records: UInt32(block.recordCount), events: UInt32(block.eventCount),
      hasCheckpoint: block.checkpoint != nil)
    if let checkpoint = block.checkpoint { try members.write(header(.checkpoint), checkpoint) }
    if let events = block.events { try members.write(header(.events, count: block.eventCount), events) }
    if let offsets = block.offsets { try members.write(header(.offsets, count: block.recordCount), offsets) }
    var header = header(.block, count: block.recordCount)
    header.codec = block.codec.rawValue
    try members.write(header, block.records)
    count(block)
    index.entries.append(entry)
    if index.entries.count == TraceFormat.blocksPerIndex { try writeIndex() }
  }

  /// Writes index and footer, and returns the counts.
  mutating func finish() throws(TraceError) -> TraceSummary {
    if !index.entries.isEmpty { try writeIndex() }
    var footer = SegmentFooter()
    summary.digest = members.digest
    footer.summary = summary
    footer.indexOffset = lastIndexOffset
    footer.length = members.offset
    try members.write(header(.footer), footer.encoded())
    summary.bytes = members.offset
    return summary
  }

  private func header(_ kind: MemberKind, count: Int = 0) -> MemberHeader {
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
    let offset = members.offset
    try members.write(header(.index, count: index.entries.count), index.encoded())
    index = IndexPage()
    index.previous = offset
    lastIndexOffset = offset
  }
}
