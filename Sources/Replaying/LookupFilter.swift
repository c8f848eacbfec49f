import Addressing
import Strategies
import TranslationCaches

/// Sees to it that lookups which runs leave out (``RunStreams``) would have found what they are taken to find: that from
/// cut to cut of a block the first level loses no page of a run that may go on. Where that proves wrong,
/// ``TranslationError/divergedStages`` is thrown.
struct LookupFilter: Sendable {
  /// The classes of pages, each of which has a run that may go on behind those of others, in either stream; 0 where no
  /// run goes on behind another.
  private let classes: Int

  init(_ streams: RunStreams) {
    classes = if case .split(let sets) = streams { sets } else { 0 }
  }

  /// Checks what a first level is to hold: with classes, whole pages of 4 KiB alone.
  @inline(__always) func check(_ entry: TLBEntry) throws(TranslationError) {
    if classes > 1 && !entry.isSmall { throw .divergedStages }
  }

  /// Checks what is about to be dropped for a run: with classes, nothing but its page, and that not from the other
  /// stream's structure.
  ///
  /// - Parameter context: Which runs.
  func check(
    _ invalidations: [Invalidation], for run: PageRun, from tlb: borrowing FirstLevel, context: UInt16
  ) throws(TranslationError) {
    guard classes > 1 else { return }
    guard invalidations.allSatisfy({ $0.isOnly(page: run.page) }),
      !tlb.holds(run.page, isFetch: !run.isFetch, context: context)
    else { throw .divergedStages }
  }

  /// Checks what is left after something was dropped for a run: the page of the other stream's current one.
  ///
  /// - Parameters:
  ///   - index: The position of the run in `block`.
  ///   - context: Which runs.
  func checkOtherStream(
    than index: Int, of block: RunBlock, in tlb: borrowing FirstLevel, context: UInt16
  ) throws(TranslationError) {
    guard classes > 0, let other = block.currentRun(ofOtherStreamThan: index) else { return }
    guard tlb.holds(other.page, isFetch: other.isFetch, context: context) else { throw .divergedStages }
  }

  /// Whether what happens to a first level before a run of a block is of no matter, as no run goes on across it.
  func isCut(before index: Int, of block: RunBlock) -> Bool {
    classes == 0 || index >= block.runs.count || index == block.lastCut(upTo: index)
  }
}

extension Invalidation {
  /// Whether nothing but one page of 4 KiB goes.
  fileprivate func isOnly(page: UInt64) -> Bool {
    switch self {
    case .page(_, let address): address.pageNumber == page
    case .range(_, let address, let length):
      address.pageNumber == page && address.advanced(by: max(length, 1) - 1).pageNumber == page
    case .context, .contexts, .all: false
    }
  }
}

extension RunBlock {
  /// The first run behind the last cut before a run; the run itself where it follows a cut.
  fileprivate func lastCut(upTo index: Int) -> Int {
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle].runs <= index { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? cuts[low - 1].runs : 0
  }

  /// The run of the other stream that may go on behind a run: the last one since the last cut.
  fileprivate func currentRun(ofOtherStreamThan index: Int) -> PageRun? {
    let isFetch = runs[index].isFetch
    return runs[lastCut(upTo: index)..<index].last { $0.isFetch != isFetch }
  }
}
