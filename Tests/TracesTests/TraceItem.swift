import Addressing
import Traces

/// One thing appended to a writer: the tests' own picture of a trace.
enum TraceItem: Hashable {
  case access(Access, Owner)
  case event(Event, Owner)
}

extension [TraceItem] {
  /// The bytes of a trace that holds these items.
  func encoded(recordsPerBlock: Int = 1000, header: TraceHeader = TraceHeader(recorder: "test")) throws
    -> [UInt8]
  {
    let sink = MemorySink()
    try write(to: sink, recordsPerBlock: recordsPerBlock, header: header)
    return sink.bytes
  }

  @discardableResult
  func write(
    to sink: any ByteSink, workers: Int = 1, recordsPerBlock: Int = 1000,
    header: TraceHeader = TraceHeader(recorder: "test"), digest: (@Sendable () -> String?)? = nil
  ) throws -> TraceSummary {
    let writer = try TraceWriter(
      to: sink, header: header, digest: digest, workers: workers, recordsPerBlock: recordsPerBlock)
    for item in self {
      switch item {
      case .access(let access, let owner):
        writer.select(owner)
        try writer.append(access)
      case .event(let event, let owner):
        writer.select(owner)
        try writer.append(event)
      }
    }
    return try writer.finish()
  }
}

/// Every block of a trace, decoded record by record.
func decodeAll(_ bytes: [UInt8]) throws -> [RecordBlock] {
  let reader = try TraceReader(MemorySource(bytes))
  let decoder = BlockDecoder()
  var blocks: [RecordBlock] = []
  while let block = try reader.nextBlock() {
    var records = RecordBlock()
    try decoder.decodeRecords(block, into: &records)
    blocks.append(records)
  }
  return blocks
}

extension RecordBlock {
  /// The block's items in order: events before the record at whose position they stand.
  var items: [TraceItem] {
    var items: [TraceItem] = []
    var nextEvent = 0
    var span = 0
    func appendEvents(at position: Int) {
      while nextEvent < events.count && Int(events[nextEvent].position) == position {
        items.append(.event(events[nextEvent].event, events[nextEvent].owner))
        nextEvent += 1
      }
    }
    for (position, access) in accesses.enumerated() {
      appendEvents(at: position)
      if span + 1 < spans.count && Int(spans[span + 1].position) == position { span += 1 }
      items.append(.access(access, spans[span].owner))
    }
    appendEvents(at: accesses.count)
    return items
  }
}
