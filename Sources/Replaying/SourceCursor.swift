import Addressing

/// How far one trace has been cut into slices, and what was counted on the way.
struct SourceCursor: Sendable {
  let window: Window
  /// The position in the trace of the current block's first record.
  private(set) var base: UInt64 = 0
  /// Where the next piece of the current block begins.
  private(set) var piece = RunCut.blockStart
  /// The index of the cut that ends the next piece.
  private(set) var nextCut = 0
  private(set) var nextEvent = 0
  private(set) var nextSpan = 0
  private(set) var owner = Owner.unknown
  /// What was replayed, warm-up included.
  private(set) var counts = TraceCounts()
  private var lastMark: UInt64?
  private var hasRestarted = false

  init(window: Window) { self.window = window }

  /// The position in the trace of the next piece.
  var position: UInt64 { base + UInt64(piece.position) }
  /// Whether nothing further is replayed.
  var isFinished: Bool { position >= window.end }
  /// Whether the next piece only precedes what is replayed.
  var isSkipping: Bool { position < window.start }

  /// The owner of the records from here on.
  mutating func takeOwner(in block: RunBlock) -> Owner {
    while nextSpan < block.spans.count, block.spans[nextSpan].position <= piece.position {
      owner = block.spans[nextSpan].owner
      nextSpan += 1
    }
    return owner
  }

  /// The index of the next event that stands here.
  mutating func takeEvent(in block: RunBlock) -> Int? {
    guard nextEvent < block.events.count, block.events[nextEvent].position <= piece.position else {
      return nil
    }
    defer { nextEvent += 1 }
    return nextEvent
  }

  /// Notes that records were lost here, as many as the trace knows.
  mutating func noteGap(_ records: UInt64?) {
    guard !isSkipping else { return }
    counts.gaps += 1
    counts.lostRecords = counts.lostRecords.addingSaturated(records ?? 0)
  }

  /// Whether a row ends or counting begins here; said once for a position.
  mutating func takeMark() -> Bool {
    guard lastMark != position, window.isMark(position) else { return false }
    lastMark = position
    return true
  }

  /// Whether the current block, which starts a segment, has not been begun; only once for a block.
  mutating func takeSegmentStart() -> Bool {
    defer { hasRestarted = true }
    return !hasRestarted
  }

  /// The runs of the next piece, passed over; nil at the end of the block.
  mutating func takePiece(in block: RunBlock) -> Range<Int>? {
    while nextCut < block.cuts.count, block.cuts[nextCut].position == piece.position { nextCut += 1 }
    guard nextCut < block.cuts.count else { return nil }
    let end = block.cuts[nextCut]
    defer { piece = end }
    if !isSkipping { counts.add(from: piece, to: end) }
    return piece.runs..<end.runs
  }

  /// Goes on to the next block.
  mutating func finish(_ block: RunBlock) {
    base += UInt64(block.recordCount)
    piece = .blockStart
    nextCut = 0
    nextEvent = 0
    nextSpan = 0
    hasRestarted = false
  }
}

extension RunCut {
  static let blockStart = RunCut(position: 0, runs: 0, fetches: 0, fetchCrossings: 0, dataCrossings: 0)
}
