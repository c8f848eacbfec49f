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

  /// Where the first run of a block goes.
  var start: UnsafeMutablePointer<PageRun> { buffer.pointer }
  /// From here on the buffer is to be flushed; ``reserve`` runs still have room behind it.
  var flushLine: UnsafeMutablePointer<PageRun> { buffer.pointer + Self.capacity }

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

/// What page runs of one block depend on from record to record; a value that the hot loops keep in registers.
struct RunState {
  /// No page's number and no run's key: those have at most 52 and 54 bits.
  static let none = UInt64.max

  /// Where in the output's buffer the next run goes.
  var next: UnsafeMutablePointer<PageRun>
  var position = 0
  /// The page of the instruction stream's current run.
  var instructionPage = RunState.none
  /// The data stream's current run: its page times 2, and 1 if it has been written.
  var dataKey = RunState.none
  /// The current run of unified streams: its page times 4, and ``PageRun/flags``.
  var unifiedKey = RunState.none
  var fetches: UInt32 = 0
  var fetchCrossings: UInt32 = 0
  var dataCrossings: UInt32 = 0

  /// Starts a block.
  init(next: UnsafeMutablePointer<PageRun>) { self.next = next }

  /// Ends all runs.
  mutating func split() {
    instructionPage = RunState.none
    dataKey = RunState.none
    unifiedKey = RunState.none
  }

  /// Appends the run of an access to `page`, unless that goes on with its stream's current run.
  ///
  /// - Parameter flags: ``PageRun/flags`` of a run that starts with the access.
  @inline(__always) mutating func touch(_ page: UInt64, _ flags: UInt32, isUnified: Bool) {
    if isUnified {
      let key = page << 2 | UInt64(flags)
      // Reads go on with a written run of their kind.
      if key == unifiedKey || key | 2 == unifiedKey { return }
      unifiedKey = key
    } else if flags & 1 != 0 {
      if page == instructionPage { return }
      instructionPage = page
    } else {
      touchData(page, write: UInt64(flags >> 1), ordinal: UInt32(truncatingIfNeeded: position))
      return
    }
    next.pointee = PageRun(page: page, ordinal: UInt32(truncatingIfNeeded: position), flags: flags)
    next += 1
  }

  /// The same for the data stream of split streams, without a branch: the run is always written, and counted only
  /// where it is new. `write` is 0 or 1.
  @inline(__always) mutating func touchData(_ page: UInt64, write: UInt64, ordinal: UInt32) {
    let key = page &+ page &+ write
    // 1 means: the same page, and written already or not to be written.
    let difference = (dataKey ^ (page &+ page)) | (write ^ 1)
    next.pointee = PageRun(page: page, ordinal: ordinal, flags: UInt32(truncatingIfNeeded: write &+ write))
    next += difference != 1 ? 1 : 0
    dataKey = difference != 1 ? key : dataKey
  }
}
