import Addressing

/// What page runs of one block depend on from record to record; a value that the hot loops keep in registers, but for the
/// page of each class.
struct RunState {
  /// The words that ``recent`` needs.
  static let recentCount = 2 * RunStreams.mostSets
  /// No page's number and no run's key: those have at most 52 and 54 bits.
  private static let none = UInt64.max

  /// Where in the output's buffer the next run goes.
  var next: UnsafeMutablePointer<PageRun>
  var position = 0
  /// By class of pages, the page of the data stream's current run times 2, and 1 if it has been written; behind them, from
  /// ``RunStreams/mostSets`` on, the page of the instruction stream's.
  private let recent: UnsafeMutablePointer<UInt64>
  /// The number of classes less one.
  private let classMask: UInt64
  /// The current run of unified streams: its page times 4, and ``PageRun/flags``.
  private var unifiedKey = RunState.none
  var fetches: UInt32 = 0
  var fetchCrossings: UInt32 = 0
  var dataCrossings: UInt32 = 0

  /// Starts a block, with room for ``recentCount`` words at `recent`.
  init(_ streams: RunStreams, next: UnsafeMutablePointer<PageRun>, recent: UnsafeMutablePointer<UInt64>) {
    self.next = next
    self.recent = recent
    if case .split(let sets) = streams {
      precondition((1...RunStreams.mostSets).contains(sets) && sets.nonzeroBitCount == 1)
      classMask = UInt64(sets) - 1
    } else {
      classMask = 0
    }
    split()
  }

  /// Ends all runs.
  mutating func split() {
    for index in 0...Int(classMask) {
      recent[index] = RunState.none
      recent[RunStreams.mostSets + index] = RunState.none
    }
    unifiedKey = RunState.none
  }

  /// Appends the run of an access to `page`, unless that goes on with a current run of its stream.
  ///
  /// - Parameter flags: ``PageRun/flags`` of a run that starts with the access.
  @inline(__always) mutating func touch(_ page: UInt64, _ flags: UInt32, isUnified: Bool) {
    let ordinal = UInt32(truncatingIfNeeded: position)
    if isUnified {
      let key = page << 2 | UInt64(flags)
      // Reads go on with a written run of their kind.
      if key == unifiedKey || key | 2 == unifiedKey { return }
      unifiedKey = key
      append(page, ordinal, flags)
    } else if flags & 1 != 0 {
      touchInstructions(page, ordinal: ordinal)
    } else {
      touchData(page, write: UInt64(flags >> 1), ordinal: ordinal)
    }
  }

  /// The same for the instruction stream of split streams.
  @inline(__always) mutating func touchInstructions(_ page: UInt64, ordinal: UInt32) {
    let last = recent + RunStreams.mostSets + Int(truncatingIfNeeded: page & classMask)
    if last.pointee == page { return }
    last.pointee = page
    append(page, ordinal, 1)
  }

  /// The same for the data stream of split streams. `write` is 0 or 1.
  ///
  /// With a branch, as most accesses go on with a run where there are classes; storing the key whether or not it changed
  /// made each access wait for the one before: a replay with 16 classes took 1 to 7 % more CPU time on six traces, and the same
  /// on a seventh (least of 9).
  @inline(__always) mutating func touchData(_ page: UInt64, write: UInt64, ordinal: UInt32) {
    let last = recent + Int(truncatingIfNeeded: page & classMask)
    // 1 means: the same page, and written already or not to be written.
    if (last.pointee ^ (page &+ page)) | (write ^ 1) == 1 { return }
    last.pointee = page &+ page &+ write
    append(page, ordinal, UInt32(truncatingIfNeeded: write &+ write))
  }

  @inline(__always) private mutating func append(_ page: UInt64, _ ordinal: UInt32, _ flags: UInt32) {
    next.pointee = PageRun(page: page, ordinal: ordinal, flags: flags)
    next += 1
  }
}
