import Addressing

/// Makes page runs of records given one by one: the exact rules, for whatever the fast path does not handle.
struct RunAssembler {
  /// The run that the next access may belong to.
  private struct Current {
    /// Page numbers have at most 52 bits, so this is no page's.
    static let none = UInt64.max
    var page = Current.none
    var flags: UInt32 = 0
  }

  private let isUnified: Bool
  private var instruction = Current()
  private var data = Current()
  private(set) var runs: [PageRun]
  private(set) var cuts: [RunCut]
  private var fetches: UInt32 = 0
  private var fetchCrossings: UInt32 = 0
  private var dataCrossings: UInt32 = 0
  private var position: UInt32 = 0

  /// Starts at the beginning of a block, reusing the storage of `block`.
  init(streams: RunStreams, reusing block: inout RunBlock) {
    isUnified = streams == .unified
    runs = block.runs
    cuts = block.cuts
    block.runs = []
    block.cuts = []
  }

  /// Appends the next record.
  mutating func append(_ operation: Operation, page: UInt64, crossesPage: Bool) {
    let flags: UInt32 = (operation.isFetch ? 1 : 0) | (operation.isWrite ? 2 : 0)
    if operation.isFetch { fetches += 1 }
    touch(page, flags)
    if crossesPage {
      if operation.isFetch { fetchCrossings += 1 } else { dataCrossings += 1 }
      touch(Canonical.extend((page &+ 1) << 12) >> 12, flags)
    }
    position += 1
  }

  /// Splits all runs here, and notes the counts.
  mutating func cut() {
    cuts.append(
      RunCut(
        position: position, runs: runs.count, fetches: fetches, fetchCrossings: fetchCrossings,
        dataCrossings: dataCrossings))
    instruction = Current()
    data = Current()
  }

  private mutating func touch(_ page: UInt64, _ flags: UInt32) {
    var current = flags & 1 == 1 && !isUnified ? instruction : data
    if page == current.page && flags & ~current.flags & 2 == 0 && (flags ^ current.flags) & 1 == 0 { return }
    runs.append(PageRun(page: page, ordinal: position, flags: flags))
    current = Current(page: page, flags: flags)
    if flags & 1 == 1 && !isUnified { instruction = current } else { data = current }
  }
}
