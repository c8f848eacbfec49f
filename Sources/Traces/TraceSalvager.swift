import Addressing

/// Copies what is whole of a damaged or cut trace to a new one, with a ``Event/gap(records:)`` where records were lost.
///
/// In a whole system's trace what became of the page tables is lost with them: it goes on at the next checkpoint, whose
/// state is told behind the gap, and what stands before that is lost, too (semantics rule 25).
public struct TraceSalvager {
  /// What was saved and what was not.
  public struct Report: Hashable, Sendable {
    public var segments = 0
    public var blocks: UInt64 = 0
    public var records: UInt64 = 0
    /// Blocks and records known to be lost; there were more where ``lostEnds`` is not 0.
    public var lostBlocks: UInt64 = 0
    public var lostRecords: UInt64 = 0
    /// Bytes of the source that are damaged or of no use without what is.
    public var lostBytes: UInt64 = 0
    /// Places at which records were lost.
    public var gaps = 0
    /// Segments of which the end was lost, and with it how much that was.
    public var lostEnds = 0
  }

  private let sink: any ByteSink
  private let file: String
  private var report = Report()
  private var writer: TraceWriter?
  private var scope = TraceHeader.Scope.user
  private let decoder = BlockDecoder()
  private var records = RecordBlock()
  /// Members of the next block seen so far.
  private var companions: [MemberKind: EncodedMember] = [:]
  private var nextMember: UInt32 = 0
  /// Records of the source's segment up to the last block that was whole.
  private var position: UInt64 = 0
  /// Blocks of the source's segment up to the last one that was whole.
  private var blocks: UInt32 = 0
  /// The block whose members come next, unless they were lost.
  private var nextBlock: UInt32 = 0
  /// Whether members of the next block may have been lost.
  private var isDoubtful = false
  /// Bytes of the members that were of use.
  private var usedBytes: UInt64 = 0

  /// Salvages all of `source`; throws where either end cannot be read or written, or nothing at all is whole.
  public static func salvage(
    _ source: any ByteSource, to sink: any ByteSink
  ) throws(TraceError) -> Report {
    var scanner = MemberScanner(source)
    var salvager = TraceSalvager(sink: sink, file: source.name)
    while let member = try scanner.next() { try salvager.take(member) }
    guard salvager.report.segments > 0 else { throw TraceError(.notATrace, file: source.name) }
    try salvager.endSegment(nil)
    salvager.report.lostBytes = scanner.position - salvager.usedBytes
    return salvager.report
  }

  private init(sink: any ByteSink, file: String) {
    self.sink = sink
    self.file = file
  }

  private mutating func take(_ member: EncodedMember) throws(TraceError) {
    let kind = MemberKind(rawValue: member.header.kind)
    if kind == .header || member.header.number < nextMember { try endSegment(nil) }
    if kind == .header {
      let header = (try? member.inflated()).flatMap { try? TraceHeader(decoding: $0) }
      if header != nil { use(member) }
      return try startSegment(header)
    }
    if writer == nil { try startSegment(nil) }
    if member.header.number != nextMember {
      companions = [:]
      // Behind a loss, a block is whole for certain only if its first member is here, or if what was lost is but one
      // member of each block before it.
      let lostMembers = member.header.number &- nextMember
      let lostBlocks = member.header.block &- nextBlock
      isDoubtful = (kind == .offsets || kind == .block) && lostMembers > lostBlocks
    }
    nextMember = member.header.number &+ 1
    switch kind {
    case .checkpoint, .events, .offsets:
      if let kind { companions[kind] = member }
    case .block:
      if !isDoubtful { try append(member) }
      nextBlock = member.header.block &+ 1
      companions = [:]
      isDoubtful = false
    case .footer:
      let footer = (try? member.inflated()).flatMap { try? SegmentFooter(decoding: $0) }
      if footer != nil { use(member) }
      try endSegment(footer.map { (member.header.block, $0.summary.records) })
    case .header, .index, nil: use(member)
    }
  }

  private mutating func use(_ member: EncodedMember) { usedBytes += UInt64(member.header.memberSize) }

  /// Starts a segment; one of unknown provenance where its header is lost.
  private mutating func startSegment(_ header: TraceHeader?) throws(TraceError) {
    var header = header ?? TraceHeader()
    header.note += (header.note.isEmpty ? "" : "; ") + "salvaged: a gap stands where records were lost"
    scope = header.scope
    writer = try TraceWriter(to: sink, header: header)
    report.segments += 1
    companions = [:]
    position = 0
    blocks = 0
    nextBlock = 0
    // The header is the first member of a segment, also where it is lost.
    nextMember = 1
    isDoubtful = false
  }

  /// Ends the segment, of which the footer told the blocks and records; nil where there was none.
  private mutating func endSegment(_ total: (blocks: UInt32, records: UInt64)?) throws(TraceError) {
    guard let writer else { return }
    if total == nil { report.lostEnds += 1 }
    let lostBlocks = total.map { $0.blocks > blocks ? $0.blocks - blocks : 0 } ?? 0
    if total?.records != position || lostBlocks > 0 { try markGap(upTo: total?.records) }
    report.lostBlocks += UInt64(lostBlocks)
    try writer.finish()
    self.writer = nil
  }

  private mutating func markGap(upTo records: UInt64?) throws(TraceError) {
    let lost = records.flatMap { $0 > position ? $0 - position : nil }
    writer?.select(.unknown)
    try writer?.append(.gap(records: lost))
    report.gaps += 1
    report.lostRecords = report.lostRecords.addingSaturated(lost ?? 0)
  }

  private mutating func append(_ member: EncodedMember) throws(TraceError) {
    let header = member.header
    let block = EncodedBlock(
      segment: 0, number: header.block, firstRecord: header.firstRecord, recordCount: header.count,
      eventCount: companions[.events]?.header.count ?? 0, file: file, data: member,
      offsets: companions[.offsets], events: companions[.events], checkpoint: companions[.checkpoint])
    // Checksums are right, so what does not decode was never right.
    guard (try? decoder.decodeRecords(block, into: &records)) != nil else { return }
    let isBehindLoss = header.block != blocks || header.firstRecord != position
    let checkpoint = isBehindLoss ? (try? decoder.decodeCheckpoint(of: block)) ?? nil : nil
    if isBehindLoss, scope == .wholeSystem, checkpoint == nil { return }
    if isBehindLoss { try markGap(upTo: header.firstRecord) }
    for event in checkpoint?.guestEvents ?? [] {
      writer?.select(event.owner)
      try writer?.append(event.event)
    }
    try writer?.append(records)
    if header.block > blocks { report.lostBlocks += UInt64(header.block - blocks) }
    position = header.firstRecord &+ UInt64(header.count)
    blocks = header.block &+ 1
    for used in companions.values { use(used) }
    use(member)
    report.blocks += 1
    report.records += UInt64(header.count)
  }
}
