/// The laws of the order of members in a segment, and the counts that the footer must agree with.
struct SegmentProgress {
  /// Where the segment starts in the file. In bytes.
  let start: UInt64
  private var nextMember: UInt32 = 0
  private var index = IndexPage()
  private var lastIndexOffset: UInt64 = 0
  private(set) var summary = TraceSummary()
  private var entryOffset: UInt64?
  private var events: UInt32 = 0
  private var hasCheckpoint = false
  private var lastKind: MemberKind?

  init(start: UInt64) { self.start = start }

  /// Checks the position and the numbers of a member that is not an index or footer's contents.
  mutating func check(_ member: EncodedMember) throws(TraceError.Problem) {
    let header = member.header
    guard header.number == nextMember else {
      throw .illegal("member \(header.number) stands where member \(nextMember) should")
    }
    nextMember += 1
    guard header.block == summary.blocks, header.firstRecord == summary.records else {
      throw .illegal("a member's block or first record is not the next one")
    }
    guard let kind = MemberKind(rawValue: header.kind) else {
      if header.kind >= MemberKind.firstOptional { return }
      throw .unknownFeature("member kind \(header.kind)")
    }
    guard Self.mayFollow(kind, after: lastKind) else {
      throw .illegal("a member of kind \(kind.rawValue) stands out of order")
    }
    guard kind == .block || header.codec == 0 else { throw .illegal("a codec is named outside a block") }
    switch kind {
    case .header, .checkpoint, .footer:
      guard header.count == 0 else { throw .illegal("a count in a member that has none") }
    case .events, .offsets, .block, .index: break
    }
    lastKind = kind
    note(kind, member)
  }

  /// Header first; checkpoint, events and offsets before their block, in this order; index and footer between blocks.
  private static func mayFollow(_ kind: MemberKind, after last: MemberKind?) -> Bool {
    switch kind {
    case .header: last == nil
    case .checkpoint, .index, .footer: last == .header || last == .block || last == .index
    case .events: last == .header || last == .block || last == .index || last == .checkpoint
    case .offsets, .block:
      last == .header || last == .block || last == .index || last == .checkpoint || last == .events
        || (last == .offsets && kind == .block)
    }
  }

  private mutating func note(_ kind: MemberKind, _ member: EncodedMember) {
    switch kind {
    case .checkpoint, .events, .offsets, .block:
      if entryOffset == nil { entryOffset = member.offset - start }
      if kind == .checkpoint { hasCheckpoint = true }
      if kind == .events { events = member.header.count }
    case .header, .index, .footer: break
    }
  }

  /// Closes the block that `check` has just seen the last member of.
  mutating func endBlock(_ records: UInt32) {
    index.entries.append(
      IndexEntry(
        offset: entryOffset ?? 0, records: records, events: events, hasCheckpoint: hasCheckpoint))
    summary.blocks += 1
    summary.records += UInt64(records)
    summary.events += UInt64(events)
    if hasCheckpoint { summary.checkpoints += 1 }
    entryOffset = nil
    events = 0
    hasCheckpoint = false
  }

  mutating func checkIndex(
    _ payload: [UInt8], count: UInt32, at offset: UInt64
  ) throws(TraceError.Problem) {
    guard try IndexPage(decoding: payload) == index, Int(count) == index.entries.count else {
      throw .illegal("the index does not agree with the blocks before it")
    }
    index = IndexPage()
    lastIndexOffset = offset - start
    index.previous = lastIndexOffset
  }

  /// Checks the footer against what was read, and returns its counts.
  mutating func checkFooter(_ payload: [UInt8], at offset: UInt64) throws(TraceError.Problem) -> TraceSummary
  {
    let footer = try SegmentFooter(decoding: payload)
    guard index.entries.isEmpty else { throw .illegal("blocks before the footer are in no index") }
    guard footer.length == offset - start, footer.indexOffset == lastIndexOffset else {
      throw .illegal("the footer's offsets do not agree with the segment")
    }
    let counted = footer.summary.recordsByKind.reduce(UInt64(0)) { $0 &+ $1 }
    guard footer.summary.records == summary.records, counted == summary.records,
      footer.summary.events == summary.events, footer.summary.blocks == summary.blocks,
      footer.summary.checkpoints == summary.checkpoints
    else { throw .illegal("the footer's counts do not agree with the blocks") }
    return footer.summary
  }
}
