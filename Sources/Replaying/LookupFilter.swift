import Addressing
import Strategies
import TranslationCaches

/// Sees to it that lookups that were left out would have changed nothing: they would find the page used last in its set,
/// as long as a first level holds whole pages of 4 KiB alone, and from cut to cut of a block loses none but that of the
/// run at hand (semantics rule 24). Where that proves wrong, ``TranslationError/divergedStages`` is thrown.
struct LookupFilter: Sendable {
  /// Whether any are left out.
  let isOn: Bool

  /// Checks what a first level is to hold.
  @inline(__always) func check(_ entry: TLBEntry) throws(TranslationError) {
    if isOn && !entry.isSmall { throw .divergedStages }
  }

  /// Checks what an access makes a first level drop.
  func check(_ invalidations: [Invalidation], by run: PageRun) throws(TranslationError) {
    guard isOn, !invalidations.allSatisfy({ $0.isOnly(page: run.page) }) else { return }
    throw .divergedStages
  }

  /// Checks what happens to a first level before a run of a block, which the run's access may have caused.
  ///
  /// - Parameter changesContext: Whether other contexts run from here on.
  func check(
    _ invalidations: [Invalidation], changesContext: Bool, before run: Int, of block: RunBlock
  ) throws(TranslationError) {
    guard isOn, changesContext || !invalidations.isEmpty, !block.isCut(before: run) else { return }
    guard !changesContext, invalidations.allSatisfy({ $0.isOnly(page: block.runs[run].page) }) else {
      throw .divergedStages
    }
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
