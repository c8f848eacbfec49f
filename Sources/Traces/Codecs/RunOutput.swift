import Addressing

/// Where a decoder puts page runs and cuts: a small buffer that stays in the first-level cache, emptied into the
/// block's arrays.
struct RunOutput {
  /// The most runs that one basic block makes: two for each record.
  static let reserve = 2 * TraceFormat.recordsPerBasicBlock
  private static let capacity = 512

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

  /// The buffer, with room for `capacity + reserve` runs.
  var base: UnsafeMutablePointer<PageRun> { buffer.pointer }
  /// The number of runs in the buffer from which it is to be flushed.
  static var flushThreshold: Int { capacity }

  /// Moves the first `count` runs of the buffer on.
  @inline(never) mutating func flush(_ count: Int) {
    runs.append(contentsOf: UnsafeBufferPointer(start: buffer.pointer, count: count))
  }

  /// Notes the counts, and ends all runs.
  mutating func cut(_ state: inout RunState) {
    flush(state.buffered)
    state.buffered = 0
    state.split()
    cuts.append(
      RunCut(
        position: UInt32(state.position), runs: runs.count, fetches: state.fetches,
        fetchCrossings: state.fetchCrossings, dataCrossings: state.dataCrossings))
  }
}

/// What page runs of one block depend on from record to record; a value that the hot loops keep in registers.
struct RunState {
  /// No page's number: those have at most 52 bits.
  static let noPage = UInt64.max

  var position = 0
  /// Runs in the output's buffer.
  var buffered = 0
  var instructionPage = RunState.noPage
  var dataPage = RunState.noPage
  /// The flags of the data stream's current run; of the one stream's where streams are unified.
  var dataFlags: UInt32 = 0
  var fetches: UInt32 = 0
  var fetchCrossings: UInt32 = 0
  var dataCrossings: UInt32 = 0

  /// Ends all runs.
  mutating func split() {
    instructionPage = RunState.noPage
    dataPage = RunState.noPage
    dataFlags = 0
  }
}
