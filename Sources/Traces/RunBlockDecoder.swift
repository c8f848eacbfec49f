import Addressing

/// The scratch memory of decoding blocks to page runs, and the way through one block: owner by owner as the schedule
/// has them, stop by stop.
struct RunBlockDecoder {
  private let entries = ScratchBuffer<BasicBlockStream.Entry>()
  private let slots = ScratchBuffer<BasicBlockStream.Slot>()
  private let operations = ScratchBuffer<Operation>()
  private let literals = ScratchBuffer<UInt64>()
  private var output = RunOutput()

  /// Fills `block`, whose events are there already, from an inflated payload of `size` bytes, padded.
  mutating func decode(
    _ payload: [UInt8], size: Int, codec: BlockCodec, streams: RunStreams, breaks: [UInt32],
    into block: inout RunBlock
  ) throws(TraceError.Problem) {
    precondition(payload.count >= size + PaddedBytes.padding)
    var cursor = ByteCursor(payload, 0..<size)
    let schedule = try OwnerSchedule(decoding: &cursor, recordCount: Int(block.recordCount))
    schedule.appendSpans(to: &block.spans)
    output.take(&block)
    defer { output.give(&block) }
    let stops = RunStops(breaks: breaks, events: block.events, spans: block.spans, end: block.recordCount)
    switch codec {
    case .basicBlocks:
      let streamsOfOwners = try basicBlockStreams(payload, &cursor, schedule)
      try cursor.requireEnd("a block")
      try decode(payload, streamsOfOwners, schedule, stops, streams)
    case .pageColumns:
      let streamsOfOwners = try pageStreams(payload, &cursor, schedule)
      try cursor.requireEnd("a block")
      try decode(payload, streamsOfOwners, schedule, stops, streams)
    }
  }

  private func basicBlockStreams(
    _ payload: [UInt8], _ cursor: inout ByteCursor, _ schedule: OwnerSchedule
  ) throws(TraceError.Problem) -> [BasicBlockStream] {
    var parts: [(columns: BasicBlockColumns, table: LiteralTable)] = []
    for length in schedule.lengths {
      let columns = try BasicBlockColumns(&cursor, recordCount: length)
      parts.append((columns, try LiteralTable(payload, columns)))
    }
    entries.reserve(parts.reduce(0) { $0 + $1.columns.entryCount })
    slots.reserve(parts.reduce(0) { $0 + $1.columns.slotCount })
    operations.reserve(parts.reduce(0) { $0 + $1.columns.definitions.count })
    let literalCount = parts.reduce(0) { $0 + $1.table.count }
    literals.reserve(literalCount + 1)
    literals.pointer[literalCount] = 0
    var (entry, slot, operation, literal) = (0, 0, 0, 0)
    return parts.map { columns, table in
      defer {
        entry += columns.entryCount
        slot += columns.slotCount
        operation += columns.definitions.count
        literal += table.count
      }
      payload.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { table.decode(base, into: literals.pointer + literal) }
      }
      return BasicBlockStream(
        columns, table, entries: entries.pointer + entry, slots: slots.pointer + slot,
        operations: operations.pointer + operation, literals: literals.pointer + literal)
    }
  }

  private func pageStreams(
    _ payload: [UInt8], _ cursor: inout ByteCursor, _ schedule: OwnerSchedule
  ) throws(TraceError.Problem) -> [PageRunStream] {
    var streams: [PageRunStream] = []
    for length in schedule.lengths {
      streams.append(PageRunStream(try PageColumns(&cursor, payload, recordCount: length)))
    }
    return streams
  }

  private mutating func decode(
    _ payload: [UInt8], _ streamsOfOwners: [some RunStream], _ schedule: OwnerSchedule, _ stops: RunStops,
    _ runStreams: RunStreams
  ) throws(TraceError.Problem) {
    var streams = streamsOfOwners
    var state = output.startState(runStreams)
    var stretch = 0
    var stretchEnd = schedule.stretches.first?.length ?? 0
    for stop in stops.positions {
      let stop = Int(stop)
      if stop > state.position {
        let owner = schedule.stretches[stretch].owner
        try payload.withUnsafeBufferPointer { (bytes) throws(TraceError.Problem) in
          guard let base = bytes.baseAddress else { return }
          try streams[owner].decodeRuns(
            PaddedBytes(base: base), to: stop, isUnified: runStreams == .unified, &state, &output)
        }
      }
      output.cut(&state)
      if stop == stretchEnd && stretch + 1 < schedule.stretches.count {
        stretch += 1
        stretchEnd += schedule.stretches[stretch].length
      }
    }
    for stream in streams { try stream.finish() }
  }
}

/// One owner's stream, whatever its codec.
protocol RunStream {
  /// Decodes the records up to the position `end` of the block.
  mutating func decodeRuns(
    _ payload: PaddedBytes, to end: Int, isUnified: Bool, _ state: inout RunState, _ output: inout RunOutput
  ) throws(TraceError.Problem)
  /// Checks that the stream ended where its columns do.
  func finish() throws(TraceError.Problem)
}

extension BasicBlockStream: RunStream {}
extension PageRunStream: RunStream {}
