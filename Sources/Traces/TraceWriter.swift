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
  private var segment: SegmentWriter
  private var compressor: BlockCompressor
  private var contents = BlockContents()
  private var owner = Owner.unknown
  private var eventWeight = 0
  private var state: CheckpointTracker
  private let recordsPerBlock: Int
  /// Blocks before the one that is being filled, and their records.
  private var endedBlocks: UInt32 = 0
  private var endedRecords: UInt64 = 0

  /// Events are weighed by the bytes that they may need, so that a block's events stay within the format's limits.
  private static let maximumEventWeight = 1 << 20

  /// Starts a segment, by writing its header unless that lacks the digest of the source.
  ///
  /// With several workers, full blocks are compressed on other threads while the next is filled: the bytes are the same,
  /// and what cannot be written is told some blocks later, by ``finish()`` at the latest.
  ///
  /// - Parameters:
  ///   - workers: threads that work at the same time, the caller's among them.
  ///   - digest: tells the digest of the source, where that is not known from the start: asked when the first 16 MiB of
  ///     blocks are to be written, or at the end. Another worker, if there is one, asks at once, so that the answer may
  ///     be there by then; the same each time.
  ///   - recordsPerBlock: records of a full block, at most ``TraceFormat/maximumRecordsPerBlock``; other
  ///     values than the default are for tests and special traces.
  public init(
    to sink: any ByteSink, header: TraceHeader, digest: (@Sendable () -> String?)? = nil, workers: Int = 1,
    recordsPerBlock: Int = TraceFormat.recordsPerBlock
  ) throws(TraceError) {
    precondition((1...TraceFormat.maximumRecordsPerBlock).contains(recordsPerBlock))
    segment = try SegmentWriter(to: sink, header: header, digest: digest)
    compressor = BlockCompressor(workers: workers)
    if let digest { compressor.start { _ = digest() } }
    state = CheckpointTracker(header.scope)
    self.recordsPerBlock = recordsPerBlock
    contents.accesses.reserveCapacity(recordsPerBlock)
  }

  /// Records appended so far.
  public var recordCount: UInt64 { endedRecords + UInt64(contents.accesses.count) }

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
    while let block = compressor.next() { try segment.write(block) }
    return try segment.finish()
  }

  private func endBlock() throws(TraceError) {
    endedRecords += UInt64(contents.accesses.count)
    endedBlocks += 1
    compressor.start(&contents)
    contents.accesses.reserveCapacity(recordsPerBlock)
    while let block = compressor.nextOverdue() { try segment.write(block) }
    eventWeight = 0
    if endedBlocks % TraceFormat.checkpointInterval == 0 { contents.checkpoint = checkpoint() }
  }

  /// The state now; nil where it is too large for a member, and a reader must resume at a checkpoint before.
  private func checkpoint() -> [UInt8]? {
    let checkpoint = state.checkpoint
    guard checkpoint.guestEvents.count <= TraceFormat.maximumEventsPerBlock else { return nil }
    let payload = checkpoint.encoded()
    return payload.count <= TraceFormat.maximumInflatedSize ? payload : nil
  }

  private func error(_ problem: TraceError.Problem) -> TraceError {
    TraceError(problem, file: segment.name, block: endedBlocks)
  }
}
