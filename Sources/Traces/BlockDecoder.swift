public import Addressing

/// Decodes blocks; one for each worker, reused for its scratch memory. Checks all that it needs of a block's
/// contents, so that a block made to do harm gives an error and nothing else.
public final class BlockDecoder {
  private let inflater = Inflater()
  private var runDecoder = RunBlockDecoder()
  /// The payload inflated last, and zeros behind it.
  private var payload: [UInt8] = []

  public init() {}

  /// Decodes every record and event of a block, exactly and in order.
  public func decodeRecords(_ block: EncodedBlock, into records: inout RecordBlock) throws(TraceError) {
    records.removeAll()
    let schedule: OwnerSchedule
    let payload = try inflate(block.data, of: block)
    try decodeEvents(of: block, into: &records.events)
    do throws(TraceError.Problem) {
      var cursor = ByteCursor(payload)
      schedule = try OwnerSchedule(decoding: &cursor, recordCount: Int(block.recordCount))
      schedule.appendSpans(to: &records.spans)
      records.accesses.reserveCapacity(Int(block.recordCount))
      let ends = BlockContents.ends(
        of: schedule, events: records.events, recordCount: Int(block.recordCount))
      if block.offsets == nil {
        try decodeBasicBlocks(payload, &cursor, schedule, ends, into: &records.accesses)
      }
    } catch {
      throw block.error(error, in: block.data)
    }
    if let offsets = block.offsets {
      try decodePages(payload, try inflate(offsets, of: block), of: block, into: &records.accesses)
    }
  }

  /// Decodes what translation needs of a block: page runs in program order, events, and owners.
  ///
  /// - Parameters:
  ///   - streams: which accesses share a run.
  ///   - breaks: positions, in order, at which all runs are to be split; those beyond the block are ignored.
  ///   - runs: filled with the block; what it held is lost, its storage is used again.
  public func decodeRuns(
    _ block: EncodedBlock, streams: RunStreams, breaks: [UInt32] = [], into runs: inout RunBlock
  ) throws(TraceError) {
    runs.removeAll()
    runs.recordCount = block.recordCount
    try decodeEvents(of: block, into: &runs.events)
    try inflatePadded(block.data, of: block)
    do throws(TraceError.Problem) {
      guard let codec = BlockCodec(rawValue: block.data.header.codec) else {
        throw .unknownFeature("block codec \(block.data.header.codec)")
      }
      try runDecoder.decode(
        payload, size: Int(block.data.header.inflatedSize), codec: codec, streams: streams, breaks: breaks,
        into: &runs)
    } catch {
      throw block.error(error, in: block.data)
    }
  }

  /// Inflates what ``decodeRuns(_:streams:breaks:into:)`` needs of a block and does nothing with it: the floor
  /// against which its speed is measured. Returns the inflated size in bytes.
  public func inflate(_ block: EncodedBlock) throws(TraceError) -> Int {
    try inflatePadded(block.data, of: block)
    return Int(block.data.header.inflatedSize)
  }

  /// The state before a block where a checkpoint stands there, else nil.
  public func decodeCheckpoint(of block: EncodedBlock) throws(TraceError) -> TraceCheckpoint? {
    guard let member = block.checkpoint else { return nil }
    let payload = try inflate(member, of: block)
    do throws(TraceError.Problem) {
      return try TraceCheckpoint(decoding: payload)
    } catch {
      throw block.error(error, in: member)
    }
  }

  private func decodeEvents(
    of block: EncodedBlock, into events: inout [PositionedEvent]
  ) throws(TraceError) {
    guard let member = block.events else { return }
    let payload = try inflate(member, of: block)
    do throws(TraceError.Problem) {
      try EventDecoder.decode(
        payload, count: Int(block.eventCount), recordCount: Int(block.recordCount), into: &events)
    } catch {
      throw block.error(error, in: member)
    }
  }

  private func decodeBasicBlocks(
    _ payload: [UInt8], _ cursor: inout ByteCursor, _ schedule: OwnerSchedule,
    _ ends: [(owner: Int, end: Int)],
    into accesses: inout [Access]
  ) throws(TraceError.Problem) {
    var streams: [BasicBlockDecoder] = []
    for length in schedule.lengths {
      let columns = try BasicBlockColumns(&cursor, recordCount: length)
      streams.append(try BasicBlockDecoder(payload, columns))
    }
    try cursor.requireEnd("a block")
    for (owner, end) in ends {
      try streams[owner].append(end - accesses.count, to: &accesses)
    }
    for stream in streams { try stream.finish() }
  }

  private func decodePages(
    _ payload: [UInt8], _ offsets: [UInt8], of block: EncodedBlock, into accesses: inout [Access]
  ) throws(TraceError) {
    do throws(TraceError.Problem) {
      var cursor = ByteCursor(payload)
      let schedule = try OwnerSchedule(decoding: &cursor, recordCount: Int(block.recordCount))
      var streams: [PageColumnDecoder] = []
      var offsetStarts: [(low: Int, high: Int)] = []
      var start = 0
      for length in schedule.lengths {
        let columns = try PageColumns(&cursor, payload, recordCount: length)
        streams.append(PageColumnDecoder(payload, columns))
        offsetStarts.append((start, start + length))
        start += 2 * length
      }
      try cursor.requireEnd("a block")
      guard offsets.count == start else { throw .illegal("a member of offsets has another size") }
      for stretch in schedule.stretches {
        for _ in 0..<stretch.length {
          let shape = try streams[stretch.owner].next()
          let (low, high) = offsetStarts[stretch.owner]
          let difference = UInt64(offsets[low]) | UInt64(offsets[high]) << 8
          guard difference < 4096 else { throw .illegal("an offset beyond its page") }
          offsetStarts[stretch.owner] = (low + 1, high + 1)
          let address = try streams[stretch.owner].address(offsetDifference: difference, shape: shape)
          accesses.append(Access(shape.operation.kind, address, size: shape.operation.size))
        }
      }
      for stream in streams { try stream.finish() }
    } catch {
      throw block.error(error, in: block.data)
    }
  }

  /// Inflates a member into `payload`. Its compressed bytes were checked when they were read, so gzip's own
  /// checksum is left to those that verify.
  private func inflatePadded(_ member: EncodedMember, of block: EncodedBlock) throws(TraceError) {
    let size = Int(member.header.inflatedSize)
    let grown = size + PaddedBytes.padding - payload.count
    if grown > 0 { payload += [UInt8](repeating: 0, count: grown) }
    let isWhole = payload.withUnsafeMutableBufferPointer { bytes in
      bytes[size..<size + PaddedBytes.padding].update(repeating: 0)
      return inflater.inflate(
        member.body, compressedSize: Int(member.header.compressedSize),
        into: UnsafeMutableBufferPointer(rebasing: bytes[..<size]))
    }
    guard isWhole else { throw block.error(.illegal("a member's deflate stream is not valid"), in: member) }
  }

  private func inflate(_ member: EncodedMember, of block: EncodedBlock) throws(TraceError) -> [UInt8] {
    var payload = [UInt8](repeating: 0, count: Int(member.header.inflatedSize))
    do throws(TraceError.Problem) {
      try member.inflate(with: inflater, into: &payload)
    } catch {
      throw block.error(error, in: member)
    }
    return payload
  }
}
