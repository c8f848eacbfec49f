import Addressing
import Strategies
import TranslationCaches

/// Sees to it that lookups that were left out would have changed nothing: they would find the page used last in its set,
/// as long as a first level holds whole pages of 4 KiB alone, and from cut to cut of a block loses none but that of the
/// run at hand, and that not from the other stream's structure (semantics rule 24). Where that proves wrong, ``TranslationError/divergedStages`` is thrown.
struct LookupFilter: Sendable {
  /// Whether any are left out.
  let isOn: Bool

  /// Checks what a first level is to hold.
  @inline(__always) func check(_ entry: TLBEntry) throws(TranslationError) {
    if isOn && !entry.isSmall { throw .divergedStages }
  }

  /// Checks what an access makes a first level drop.
  ///
  /// - Parameter context: Which runs.
  func check(
    _ invalidations: [Invalidation], by run: PageRun, from tlb: borrowing FirstLevel, context: UInt16
  ) throws(TranslationError) {
    guard isOn, !invalidations.isEmpty else { return }
    guard invalidations.allSatisfy({ $0.isOnly(page: run.page) }),
      !tlb.holdsForOtherStream(run, context: context)
    else { throw .divergedStages }
  }

  /// Checks what happens to a first level before a run of a block, which the run's access may have caused.
  ///
  /// - Parameters:
  ///   - context: Which runs.
  ///   - changesContext: Whether another one runs from here on.
  func check(
    _ invalidations: [Invalidation], before run: Int, of block: RunBlock, from tlb: borrowing FirstLevel,
    context: UInt16, changesContext: Bool
  ) throws(TranslationError) {
    guard isOn, changesContext || !invalidations.isEmpty, !block.isCut(before: run) else { return }
    if changesContext { throw .divergedStages }
    try check(invalidations, by: block.runs[run], from: tlb, context: context)
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
  /// Whether all runs end before this one.
  fileprivate func isCut(before run: Int) -> Bool {
    guard run > 0, run < runs.count else { return true }
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle].runs < run { low = middle + 1 } else { high = middle }
    }
    return low < cuts.count && cuts[low].runs == run
  }
}
