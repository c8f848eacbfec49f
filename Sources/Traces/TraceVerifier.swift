import Addressing

/// Reads a whole trace and checks every checksum and every law of the format; finds the first fault.
public struct TraceVerifier {
  private let inflater = Inflater()
  private let decoder = BlockDecoder()
  private var records = RecordBlock()
  private var runs = RunBlock()
  private var hasher = SHA256()
  private var counts: [UInt64] = [0, 0, 0, 0]
  private var state: CheckpointTracker

  private init(_ scope: TraceHeader.Scope) { state = CheckpointTracker(scope) }

  /// Verifies all segments, and returns their footers; throws the first fault, with its block and place.
  public static func verify(_ source: any ByteSource) throws(TraceError) -> [TraceSummary] {
    let reader = try TraceReader(source)
    var verifier = TraceVerifier(reader.header.scope)
    var verified = 0
    while let block = try reader.nextBlock() {
      try verifier.endSegments(of: reader, &verified)
      try verifier.verify(block)
    }
    try verifier.endSegments(of: reader, &verified)
    return reader.summaries
  }

  /// Compares the footers that the reader has come by since the last call with what was counted.
  private mutating func endSegments(of reader: TraceReader, _ verified: inout Int) throws(TraceError) {
    for summary in reader.summaries[verified...] {
      let end = reader.summaries[...verified].reduce(0) { $0 + $1.bytes }
      let footer = end - UInt64(SegmentFooter.memberSize)
      func fault(_ what: String) -> TraceError {
        TraceError(.illegal(what), file: reader.name, block: summary.blocks, offset: footer)
      }
      guard summary.recordsByKind == counts else {
        throw fault("the footer's counts by kind do not agree with the records")
      }
      guard summary.digest == hasher.finish() else {
        throw fault("the footer's digest does not agree with the contents")
      }
      self = TraceVerifier(reader.header.scope)
      verified += 1
    }
  }

  private mutating func verify(_ block: EncodedBlock) throws(TraceError) {
    if let checkpoint = try decoder.decodeCheckpoint(of: block), checkpoint != state.checkpoint,
      let member = block.checkpoint
    {
      throw block.error(.illegal("a checkpoint does not agree with the events before it"), in: member)
    }
    for member in [block.events, block.offsets, block.data] {
      guard let member else { continue }
      var payload = [UInt8](repeating: 0, count: Int(member.header.inflatedSize))
      do throws(TraceError.Problem) {
        try member.inflate(with: inflater, into: &payload)
      } catch {
        throw block.error(error, in: member)
      }
      ContentDigest.update(&hasher, member.header, payload)
    }
    try decoder.decodeRecords(block, into: &records)
    try decoder.decodeRuns(block, streams: .split(sets: 1), into: &runs)
    if let position = RunComparison.firstDifference(of: records, from: runs) {
      throw block.error(
        .illegal("page runs do not agree with the records, from record \(position) of the block on"),
        in: block.data)
    }
    for access in records.accesses { counts[Int(access.kind.rawValue)] += 1 }
    for event in records.events { state.apply(event.event, by: event.owner) }
  }
}
