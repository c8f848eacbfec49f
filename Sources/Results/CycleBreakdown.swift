/// Translation cycles by what they were spent on (semantics rule 19). In cycles of the machine; estimates as
/// far as the cost table is.
public struct CycleBreakdown: Hashable, Sendable {
  public var l2HitCycles: Double
  public var walkCycles: Double
  public var exitCycles: Double
  public var faultCycles: Double

  /// The sum of the four.
  public var translationCycles: Double { l2HitCycles + walkCycles + exitCycles + faultCycles }

  public subscript(component: CycleComponent) -> Double {
    switch component {
    case .l2Hit: l2HitCycles
    case .walk: walkCycles
    case .exit: exitCycles
    case .fault: faultCycles
    }
  }
}

/// The cycles of a row, by cause (semantics rule 18).
public struct RowCycles: Hashable, Sendable {
  public var firstTouch: CycleBreakdown
  public var steady: CycleBreakdown
  public var total: CycleBreakdown
}

extension CostTable {
  /// What `counters` cost: for each event, how often times how much.
  public func costs(_ counters: Counters) -> CycleBreakdown {
    var spent = CycleBreakdown(l2HitCycles: 0, walkCycles: 0, exitCycles: 0, faultCycles: 0)
    for (key, cost) in zip(CostKey.allCases, costs) {
      let cycles = key.quantity(in: counters) * cost.cycles
      switch key.component {
      case .l2Hit: spent.l2HitCycles += cycles
      case .walk: spent.walkCycles += cycles
      case .exit: spent.exitCycles += cycles
      case .fault: spent.faultCycles += cycles
      }
    }
    return spent
  }

  /// What the row cost, first touch and steady.
  public func costs(_ row: ResultRow) -> RowCycles {
    RowCycles(
      firstTouch: costs(row.tally.firstTouch), steady: costs(row.tally.steady), total: costs(row.tally.total))
  }

  /// The costs that have a part in the rows' cycles, in order.
  public func used(by rows: [ResultRow]) -> [CostKey] {
    CostKey.allCases.filter { key in
      rows.contains { key.quantity(in: $0.tally.firstTouch) > 0 || key.quantity(in: $0.tally.steady) > 0 }
    }
  }
}
