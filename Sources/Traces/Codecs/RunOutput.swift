import Addressing

/// Where a decoder puts page runs and cuts: a small buffer that stays in the first-level cache, emptied into the
/// block's arrays.
struct RunOutput {
  /// The most runs that one basic block makes: two for each record.
  static let reserve = 2 * TraceFormat.recordsPerBasicBlock
  private static let capacity = 512

  /// ``RunState`` keeps its classes of pages here.
  private let recent = ScratchBuffer<UInt64>(capacity: RunState.recentCount)
  private let buffer = ScratchBuffer<PageRun>(capacity: Self.capacity + Self.reserve)
  private(set) var runs: [PageRun] = []
  private(set) var cuts: [RunCut] = []

  /// Starts a block with the storage of an old one.
  mutating func take(_ block: inout RunBlock) {
    runs = block.runs
    cuts = block.cuts
    block.runs = []
    block.cuts = []
    runs.removeAll(keepingCapacity: true)
    cuts.removeAll(keepingCapacity: true)
  }

  /// Hands the storage over.
  mutating func give(_ block: inout RunBlock) {
    block.runs = runs
    block.cuts = cuts
    runs = []
    cuts = []
  }

  /// Where the first run of a block goes.
  private var start: UnsafeMutablePointer<PageRun> { buffer.pointer }
  /// From here on the buffer is to be flushed; ``reserve`` runs still have room behind it.
  var flushLine: UnsafeMutablePointer<PageRun> { buffer.pointer + Self.capacity }

  /// The state at the start of a block.
  func startState(_ streams: RunStreams) -> RunState {
    RunState(streams, next: start, recent: recent.pointer)
  }

  /// Empties the buffer, which is filled up to `next`.
  @inline(never) mutating func flush(_ next: inout UnsafeMutablePointer<PageRun>) {
    runs.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
    next = start
  }

  /// Notes the counts, and ends all runs.
  mutating func cut(_ state: inout RunState) {
    flush(&state.next)
    state.split()
    cuts.append(
      RunCut(
        position: UInt32(state.position), runs: runs.count, fetches: state.fetches,
        fetchCrossings: state.fetchCrossings, dataCrossings: state.dataCrossings))
  }
}
