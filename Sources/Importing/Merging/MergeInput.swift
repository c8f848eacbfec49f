import Addressing
import Traces

/// One of the traces being merged, read as its turns come. Its segments are joined.
struct MergeInput {
  private let reader: TraceReader
  private let decoder = BlockDecoder()
  private var block = RecordBlock()
  private var position = 0
  private var nextEvent = 0
  private var nextSpan = 0
  private var owner = Owner.unknown
  /// Events behind the last access so far: they stand before the next one.
  private(set) var trailing: [PositionedEvent] = []
  /// Whether there are accesses left.
  private(set) var hasAccesses = true

  init(_ reader: TraceReader) throws(TraceError) {
    self.reader = reader
    try fill()
  }

  /// Visits up to `count` accesses, and the events before each.
  mutating func deliver(
    _ count: UInt64, event: (Event, Owner) throws -> Void,
    accesses: (ArraySlice<Access>, Owner) throws -> Void
  ) throws {
    var left = count
    while left > 0, hasAccesses {
      for earlier in trailing { try event(earlier.event, earlier.owner) }
      trailing = []
      while nextEvent < block.events.count, block.events[nextEvent].position <= position {
        try event(block.events[nextEvent].event, block.events[nextEvent].owner)
        nextEvent += 1
      }
      if nextSpan < block.spans.count, block.spans[nextSpan].position == position {
        owner = block.spans[nextSpan].owner
        nextSpan += 1
      }
      let ends = [
        nextEvent < block.events.count ? Int(block.events[nextEvent].position) : .max,
        nextSpan < block.spans.count ? Int(block.spans[nextSpan].position) : .max,
        position + Int(min(left, UInt64(block.accesses.count))), block.accesses.count,
      ]
      let end = ends.reduce(.max, min)
      try accesses(block.accesses[position..<end], owner)
      left -= UInt64(end - position)
      position = end
      try fill()
    }
  }

  /// Reads on to the next access.
  private mutating func fill() throws(TraceError) {
    while position == block.accesses.count {
      trailing += block.events[nextEvent...]
      block.removeAll()
      (position, nextEvent, nextSpan) = (0, 0, 0)
      guard let next = try reader.nextBlock() else {
        hasAccesses = false
        return
      }
      try decoder.decodeRecords(next, into: &block)
    }
  }
}
