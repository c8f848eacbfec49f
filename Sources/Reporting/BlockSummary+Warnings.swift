import Addressing
import Results

// What a reader of a block must know, lest its numbers mislead.
extension BlockSummary {
  var warnings: [Summary.Note] {
    [first.losses, mostlyFirstTouch, touchedAgain, largePagesBacked, faultHeavy].compactMap(\.self).map {
      Summary.Note(text: $0, isWarning: true)
    }
  }

  private var mostlyFirstTouch: String? {
    let cold = group.filter { results.rows[$0].isMostlyFirstTouch }
    guard let worst = cold.map(firstTouchShare).max() else { return nil }
    let strategies = cold.count == group.count ? "" : " (\(cold.map(label).joined(separator: ", ")))"
    return "\(HumanNumber.percentage(worst)) of the walks\(strategies) are "
      + "first touches: the trace says little of the steady state"
  }

  private func firstTouchShare(_ index: Int) -> Double {
    let tally = results.rows[index].tally
    return Double(tally.firstTouch.walks) / Double(tally.firstTouch.walks + tally.steady.walks)
  }

  private var touchedAgain: String? {
    guard let row = group.lazy.map({ results.rows[$0] }).first(where: \.touchesAgain) else { return nil }
    let touches = HumanNumber.count(row.tally.firstTouch.faultsNotPresent)
    let pages = (row.gauges.footprintBytes ?? 0) / 4096
    let counted = pages.counting("page", digits: HumanNumber.count(pages))
    return "\(touches) first touches of \(counted): those mapped again "
      + "count each time, and the ranking is without them: compare the sums of both"
  }

  private var largePagesBacked: String? {
    guard let row = group.lazy.map({ results.rows[$0] }).first(where: \.backsLargePages) else { return nil }
    let page = row.identity.hostPage ?? ""
    return "page_backed is the price of a host page of 4K, and zeroing one of \(page) takes longer: "
      + "first touches of large host pages cost more"
  }

  private var faultHeavy: String? {
    guard first.identity.traceScope == .user,
      let row = group.lazy.map({ results.rows[$0] }).first(where: \.isFaultHeavy)
    else { return nil }
    let count = row.tally.total.trueFaults
    let faults = count.counting("true fault", digits: HumanNumber.count(count))
    return "\(faults), and the trace lacks the kernel's handling of them: do not rely on this ranking"
  }
}
