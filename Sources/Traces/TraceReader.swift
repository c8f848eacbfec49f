/// Reads the blocks of a trace in order, from a file or a pipe, segment after segment.
///
///     let reader = try TraceReader(path: "graph.pwt")
///     while let block = try reader.nextBlock() { … }
///
/// Every byte is checked as it passes, but for what only inflating a block can tell. Holds one block at a time.
public final class TraceReader {
  private var members: MemberReader
  private let inflater = Inflater()
  private var progress: SegmentProgress
  private var isFinished = false

  /// The header of the segment that the last block came from.
  public private(set) var header = TraceHeader()
  /// The number of that segment in the file, from 0.
  public private(set) var segment = 0
  /// The contents of the footer of every segment read to its end.
  public private(set) var summaries: [TraceSummary] = []

  /// Opens a file, and reads the header of its first segment.
  public convenience init(path: String) throws(TraceError) {
    try self.init(FileSource(path: path))
  }

  /// Reads an open file or pipe, which the caller closes.
  public convenience init(fileDescriptor: Int32, name: String) throws(TraceError) {
    try self.init(FileSource(fileDescriptor: fileDescriptor, name: name))
  }

  public init(_ source: any ByteSource) throws(TraceError) {
    members = MemberReader(source)
    progress = SegmentProgress(start: 0)
    guard let first = try members.next() else { throw TraceError(.emptyFile, file: source.name) }
    try startSegment(first)
  }

  /// The name of the file, `-` for a pipe.
  public var name: String { members.name }

  /// The next block, or nil behind the last segment.
  public func nextBlock() throws(TraceError) -> EncodedBlock? {
    if isFinished { return nil }
    var companions: [MemberKind: EncodedMember] = [:]
    while true {
      let member = try nextMember()
      try atFault(member) { () throws(TraceError.Problem) in try progress.check(member) }
      switch MemberKind(rawValue: member.header.kind) {
      case .block: return try block(member, companions)
      case .checkpoint: companions[.checkpoint] = member
      case .events: companions[.events] = member
      case .offsets: companions[.offsets] = member
      case .index:
        let payload = try inflate(member)
        try atFault(member) { () throws(TraceError.Problem) in
          try progress.checkIndex(payload, count: member.header.count, at: member.offset)
        }
      case .footer:
        if try !endSegment(member) { return nil }
      case .header, nil: break
      }
    }
  }

  /// The next member of the segment; what is wrong with it is wrong with the block that it should belong to.
  private func nextMember() throws(TraceError) -> EncodedMember {
    do throws(TraceError) {
      if let member = try members.next() { return member }
      throw TraceError(.cutShort, file: members.name, offset: members.offset)
    } catch {
      var error = error
      error.block = progress.summary.blocks
      throw error
    }
  }

  private func startSegment(_ member: EncodedMember) throws(TraceError) {
    progress = SegmentProgress(start: member.offset)
    try atFault(member) { () throws(TraceError.Problem) in
      guard member.header.kind == MemberKind.header.rawValue else {
        throw .illegal("a segment does not start with a header")
      }
      try progress.check(member)
    }
    let payload = try inflate(member)
    try atFault(member) { () throws(TraceError.Problem) in header = try TraceHeader(decoding: payload) }
  }

  /// Checks the footer; false where the file ends behind it, else the next segment has been started.
  private func endSegment(_ member: EncodedMember) throws(TraceError) -> Bool {
    let payload = try inflate(member)
    try atFault(member) { () throws(TraceError.Problem) in
      summaries.append(try progress.checkFooter(payload, at: member.offset))
    }
    guard let next = try members.next(isBehindFooter: true) else {
      isFinished = true
      return false
    }
    segment += 1
    try startSegment(next)
    return true
  }

  private func block(
    _ member: EncodedMember, _ companions: [MemberKind: EncodedMember]
  ) throws(TraceError) -> EncodedBlock {
    let header = member.header
    let events = companions[.events]
    let block = EncodedBlock(
      segment: segment, number: header.block, firstRecord: header.firstRecord, recordCount: header.count,
      eventCount: events?.header.count ?? 0, file: members.name, data: member, offsets: companions[.offsets],
      events: events, checkpoint: companions[.checkpoint])
    try atFault(member) { () throws(TraceError.Problem) in
      guard let codec = BlockCodec(rawValue: header.codec) else {
        throw .unknownFeature("block codec \(header.codec)")
      }
      guard (codec == .pageColumns) == (block.offsets != nil),
        block.offsets?.header.count ?? header.count == header.count
      else { throw .illegal("the member of offsets does not belong to its block") }
      guard header.count > 0 || block.eventCount > 0 else { throw .illegal("an empty block") }
      guard events == nil || block.eventCount > 0 else { throw .illegal("a member of no events") }
    }
    progress.endBlock(header.count)
    return block
  }

  private func inflate(_ member: EncodedMember) throws(TraceError) -> [UInt8] {
    var payload = [UInt8](repeating: 0, count: Int(member.header.inflatedSize))
    try atFault(member) { () throws(TraceError.Problem) in
      try member.inflate(with: inflater, into: &payload)
    }
    return payload
  }

  private func atFault(
    _ member: EncodedMember, _ body: () throws(TraceError.Problem) -> Void
  ) throws(TraceError) {
    do throws(TraceError.Problem) {
      try body()
    } catch {
      throw TraceError(error, file: members.name, block: member.header.block, offset: member.offset)
    }
  }
}

extension EncodedMember {
  /// Inflates the whole member into `payload`, which has its inflated size, and checks gzip's own checksum.
  func inflate(with inflater: Inflater, into payload: inout [UInt8]) throws(TraceError.Problem) {
    let isWhole = payload.withUnsafeMutableBufferPointer {
      inflater.inflate(body, compressedSize: Int(header.compressedSize), into: $0)
    }
    guard isWhole else { throw .illegal("a member's deflate stream is not valid") }
    guard Checksum.crc32(payload) == inflatedChecksum else {
      throw .illegal("gzip's checksum of a member does not match")
    }
  }
}
