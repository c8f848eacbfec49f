public import Addressing

/// Writes one segment: records and events in order, in constant memory, to a sink that may be a pipe.
///
///     let writer = try TraceWriter(to: sink, header: TraceHeader(recorder: "by hand"))
///     try writer.append(Access(.fetch, VirtualAddress(0x40_1000), size: 4))
///     try writer.append(.map(VirtualAddress(0x7000_0000), length: 4096, [.read, .write], .anonymous))
///     let summary = try writer.finish()
///
/// An event stands after the records appended before it. Without ``finish()`` the file is cut short, and every
/// reader says so. After an error the writer must not be used again.
public final class TraceWriter {
  private var members: MemberWriter
  private var contents = BlockContents()
  private var owner = Owner.unknown
  private var eventWeight = 0
  private var index = IndexPage()
  private var lastIndexOffset: UInt64 = 0
  private var state: CheckpointTracker
  private var pendingCheckpoint: [UInt8]?
  private var summary = TraceSummary()
  private let recordsPerBlock: Int

  /// Events are weighed by the bytes that they may need, so that a block's events stay within the format's limits.
  private static let maximumEventWeight = 1 << 20

  /// Starts a segment by writing its header.
  ///
  /// - Parameter recordsPerBlock: records of a full block, at most ``TraceFormat/maximumRecordsPerBlock``; other
  ///   values than the default are for tests and special traces.
  public init(
    to sink: any ByteSink, header: TraceHeader, recordsPerBlock: Int = TraceFormat.recordsPerBlock
  ) throws(TraceError) {
    precondition((1...TraceFormat.maximumRecordsPerBlock).contains(recordsPerBlock))
    members = MemberWriter(sink)
    state = CheckpointTracker(header.scope)
    self.recordsPerBlock = recordsPerBlock
    let payload: [UInt8]
    do throws(TraceError.Problem) {
      payload = try header.encoded()
    } catch {
      throw TraceError(error, file: sink.name)
    }
    try members.write(MemberHeader(.header, number: 0, block: 0, firstRecord: 0), payload)
    contents.accesses.reserveCapacity(recordsPerBlock)
  }

  /// Records appended so far.
  public var recordCount: UInt64 { summary.records + UInt64(contents.accesses.count) }

  /// Makes `owner` the owner of what is appended from here on; unknown at the start.
  public func select(_ owner: Owner) { self.owner = owner }

  /// Appends one access of the selected owner.
  public func append(_ access: Access) throws(TraceError) {
    if let problem = Self.problem(access) { throw error(problem) }
    if contents.accesses.count == recordsPerBlock { try endBlock() }
    if contents.spans.last?.owner != owner {
      contents.spans.append(OwnerSpan(position: UInt32(contents.accesses.count), owner: owner))
    }
    contents.accesses.append(access)
  }

  /// Appends accesses of the selected owner: the same as one by one, and faster.
  public func append(_ accesses: ArraySlice<Access>) throws(TraceError) {
    var rest = accesses
    while let first = rest.first {
      try append(first)
      let room = min(rest.count, recordsPerBlock - contents.accesses.count + 1)
      let others = rest.dropFirst().prefix(room - 1)
      for access in others {
        if let problem = Self.problem(access) { throw error(problem) }
      }
      contents.accesses.append(contentsOf: others)
      rest = rest.dropFirst(room)
    }
  }

  /// Why an access cannot be written, or nil.
  private static func problem(_ access: Access) -> TraceError.Problem? {
    if Canonical.extend(access.address.rawValue) != access.address.rawValue {
      return .notCanonical(access.address)
    }
    return access.size <= Access.maximumSize ? nil : .accessTooLarge(access.size)
  }

  /// Appends one event of the selected owner.
  public func append(_ event: Event) throws(TraceError) {
    if let violation = EventLaws.violation(event) { throw error(.notRepresentable(violation)) }
    if eventWeight >= Self.maximumEventWeight { try endBlock() }
    if case .tableLinked(_, _, let entries, _) = event { eventWeight += 12 * entries.count }
    eventWeight += 64
    contents.events.append(
      PositionedEvent(position: UInt32(contents.accesses.count), owner: owner, event: event))
    state.apply(event, by: owner)
  }

  /// Writes what is left, index and footer, and returns the counts. The sink stays open.
  @discardableResult
  public func finish() throws(TraceError) -> TraceSummary {
    if !contents.accesses.isEmpty || !contents.events.isEmpty { try endBlock() }
    if !index.entries.isEmpty { try writeIndex() }
    var footer = SegmentFooter()
    summary.digest = members.digest
    footer.summary = summary
    footer.indexOffset = lastIndexOffset
    footer.length = members.offset
    try members.write(memberHeader(.footer), footer.encoded())
    summary.bytes = members.offset
    return summary
  }

  private func memberHeader(_ kind: MemberKind, count: Int = 0) -> MemberHeader {
    var header = MemberHeader(kind, number: 0, block: summary.blocks, firstRecord: summary.records)
    header.count = UInt32(count)
    return header
  }

  private func endBlock() throws(TraceError) {
    let payloads = EncodedPayloads(contents)
    var entry = IndexEntry(
      offset: members.offset, records: UInt32(contents.accesses.count), events: UInt32(contents.events.count),
      hasCheckpoint: false)
    if let checkpoint = pendingCheckpoint {
      try members.write(memberHeader(.checkpoint), checkpoint)
      pendingCheckpoint = nil
      entry.hasCheckpoint = true
      summary.checkpoints += 1
    }
    if let events = payloads.events {
      try members.write(memberHeader(.events, count: contents.events.count), events)
    }
    if let offsets = payloads.offsets {
      try members.write(memberHeader(.offsets, count: contents.accesses.count), offsets)
    }
    var header = memberHeader(.block, count: contents.accesses.count)
    header.codec = payloads.codec.rawValue
    try members.write(header, payloads.block)
    count()
    index.entries.append(entry)
    if index.entries.count == TraceFormat.blocksPerIndex { try writeIndex() }
    startBlock()
  }

  private func count() {
    for access in contents.accesses { summary.recordsByKind[Int(access.kind.rawValue)] += 1 }
    summary.records += UInt64(contents.accesses.count)
    summary.events += UInt64(contents.events.count)
    summary.blocks += 1
  }

  private func startBlock() {
    contents.accesses.removeAll(keepingCapacity: true)
    contents.spans.removeAll(keepingCapacity: true)
    contents.events.removeAll(keepingCapacity: true)
    eventWeight = 0
    if summary.blocks % TraceFormat.checkpointInterval == 0 {
      pendingCheckpoint = state.checkpoint.encoded()
    }
  }

  private func writeIndex() throws(TraceError) {
    let offset = members.offset
    try members.write(memberHeader(.index, count: index.entries.count), index.encoded())
    index = IndexPage()
    index.previous = offset
    lastIndexOffset = offset
  }

  private func error(_ problem: TraceError.Problem) -> TraceError {
    TraceError(problem, file: members.sink.name, block: summary.blocks)
  }
}
