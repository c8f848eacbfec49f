import Addressing
import Traces

/// One trace being read: its blocks in order, with the breaks that this replay needs.
struct TraceSource {
  private let input: TraceInput
  let window: Window
  /// What the trace holds: of all its segments, that of the first.
  let scope: TraceHeader.Scope
  private let quanta: [UInt64]
  private var segment: Int?
  /// The accesses read so far.
  private(set) var accesses: UInt64 = 0
  /// Whether every block that is to be replayed has been read.
  private(set) var isEnded = false

  /// A block to decode.
  struct Block {
    var encoded: EncodedBlock
    var breaks: [UInt32]
    /// Whether it is the first of a segment after the first.
    var startsSegment: Bool
  }

  init(_ input: TraceInput, options: ReplayOptions, quanta: [UInt64]) throws(ReplayError) {
    self.input = input
    scope = input.reader.header.scope
    self.quanta = Array(Set(quanta)).sorted()
    if case .fraction = options.warmup, options.limit == nil, input.recordCount == nil {
      throw .unknownLength(trace: input.name)
    }
    if scope == .wholeSystem, options.ignoresEvents { throw .ignoredGuest(trace: input.name) }
    window = Window(options, total: input.recordCount)
  }

  /// The name for messages.
  var name: String { input.name }

  /// The share of the trace that was read, 0 to 1; nil where its length is unknown.
  var progress: Double? {
    let end = input.recordCount.map { min($0, window.end) } ?? (window.end == .max ? nil : window.end)
    return end.map { $0 == 0 ? 1 : Double(accesses) / Double($0) }
  }

  /// The next block; nil at the end of the trace or of what is replayed.
  mutating func next() throws(TraceError) -> Block? {
    guard !isEnded, accesses < window.end, let encoded = try input.reader.nextBlock() else {
      isEnded = true
      return nil
    }
    guard input.reader.header.scope == scope else {
      throw TraceError(
        .illegal("a segment of other scope than the first: replay each by itself"), file: name)
    }
    let breaks = window.breaks(first: accesses, count: encoded.recordCount, quanta: quanta)
    defer {
      accesses += UInt64(encoded.recordCount)
      segment = encoded.segment
    }
    return Block(
      encoded: encoded, breaks: breaks, startsSegment: segment != nil && segment != encoded.segment)
  }
}
