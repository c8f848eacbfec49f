/// Rows seen together under one cost table: what compares with what, and who comes first.
public struct ResultSet: Sendable {
  public let rows: [ResultRow]
  public let costs: CostTable
  /// The rows, and behind them those that are not shown but compare with them.
  private let all: [ResultRow]
  /// The cycles of each row, and of those not shown.
  public let cycles: [RowCycles]
  /// The positions of rows that differ in strategy or host page only; groups and rows in order of appearance.
  public let groups: [[Int]]
  /// The same with those that are not shown.
  private let allGroups: [[Int]]
  private let groupOfRow: [Int]
  /// For each row the native row that it compares with whatever their hypervisors; nil where there is none.
  private let nativeOfRow: [Int?]

  /// - Parameter hidden: Rows that compare with others and are not shown.
  public init(rows: [ResultRow], hidden: [ResultRow] = [], costs: CostTable) {
    self.rows = rows
    self.costs = costs
    all = rows + hidden
    cycles = all.map { costs.costs($0) }
    var groups: [[Int]] = []
    var known: [ComparisonKey: Int] = [:]
    groupOfRow = all.enumerated().map { index, row in
      let key = ComparisonKey(row)
      let group = known[key] ?? groups.count
      if group == groups.count {
        known[key] = group
        groups.append([])
      }
      groups[group].append(index)
      return group
    }
    allGroups = groups
    self.groups = groups.map { $0.filter(rows.indices.contains) }.filter { !$0.isEmpty }
    nativeOfRow = Self.natives(of: all)
  }

  /// The same comparisons of fewer rows: the others are not shown.
  public func filtered(_ isIncluded: (Int) -> Bool) -> ResultSet {
    let (shown, hidden) = (rows.indices.filter(isIncluded), rows.indices.filter { !isIncluded($0) })
    return ResultSet(
      rows: shown.map { rows[$0] }, hidden: hidden.map { rows[$0] } + all[rows.count...], costs: costs)
  }

  /// The same rows under other costs.
  public func recosted(with costs: CostTable) -> ResultSet {
    ResultSet(rows: rows, hidden: Array(all[rows.count...]), costs: costs)
  }

  /// The positions of the rows that compare with row `index`, itself included; those not shown are behind all others.
  public func group(of index: Int) -> [Int] { allGroups[groupOfRow[index]] }

  /// The row of `strategy` that compares with row `index` under the same host page; nil where there is none,
  /// or only the row itself. `native` is the same under every hypervisor, so that one replay of it may serve all.
  public func peer(of index: Int, strategy: String) -> Int? {
    let hostPage = all[index].identity.hostPage
    let peer = group(of: index).first { other in
      let identity = all[other].identity
      let sharesHost = hostPage == nil || identity.hostPage == nil || identity.hostPage == hostPage
      return other != index && identity.strategy == strategy && sharesHost
    }
    let native = ResultIdentity.nativeStrategy
    guard peer == nil, strategy == native, all[index].identity.strategy != native else { return peer }
    return nativeOfRow[index]
  }

  private static func natives(of rows: [ResultRow]) -> [Int?] {
    var natives: [String: Int] = [:]
    for (index, row) in rows.enumerated() where row.identity.strategy == ResultIdentity.nativeStrategy {
      if natives[row.guestSide] == nil { natives[row.guestSide] = index }
    }
    return rows.map { natives.isEmpty ? nil : natives[$0.guestSide] }
  }

  /// The native row that compares with row `index`, possibly itself.
  public func native(for index: Int) -> Int? {
    let native = ResultIdentity.nativeStrategy
    return all[index].identity.strategy == native ? index : peer(of: index, strategy: native)
  }

  /// The place of row `index` by steady cycles, from 1, among its group and the native row that it compares with; equals
  /// share a place.
  public func steadyRank(of index: Int) -> Int {
    let own = cycles[index].steady.translationCycles
    var rivals = group(of: index)
    if let native = native(for: index), !rivals.contains(native) { rivals.append(native) }
    return 1 + rivals.count { cycles[$0].steady.translationCycles < own }
  }

  /// The price of `key` at which the steady cycles of two rows are equal; nil where there is none.
  public func breakEven(_ key: CostKey, between a: Int, and b: Int) -> Double? {
    BreakEven.price(of: key, between: all[a].tally.steady, and: all[b].tally.steady, costs: costs)
  }

  /// The steady cycles of row `index` if an exit cost `exitCycles`.
  public func steadyCycles(of index: Int, exitCycles: Double) -> Double {
    let change = exitCycles - costs[.exit].cycles
    return cycles[index].steady.translationCycles
      + change * CostKey.exit.quantity(in: rows[index].tally.steady)
  }

  /// Translation cycles as a multiple of the native row's; nil without a native row that has any.
  public func versusNative(_ index: Int, _ cause: KeyPath<RowCycles, CycleBreakdown>) -> Double? {
    guard let native = native(for: index) else { return nil }
    let base = cycles[native][keyPath: cause].translationCycles
    return base > 0 ? cycles[index][keyPath: cause].translationCycles / base : nil
  }

  /// Translation cycles as a share of the cycles without them; nil where the cost table has no base.
  public func runtimeOverhead(_ index: Int) -> Double? {
    guard let base = costs.baseCyclesPerInstruction, base > 0, rows[index].instructions > 0 else {
      return nil
    }
    return cycles[index].total.translationCycles / (base * Double(rows[index].instructions))
  }
}

/// What rows must share to be compared.
private struct ComparisonKey: Hashable {
  let trace: String
  let traceDigest: String
  let machine: String
  let machineDigest: String
  let modelVersion: String
  let seed: UInt64
  let interval: UInt64?
  let firstAccess: UInt64
  let lastAccess: UInt64
  let guestPage: String
  let pagePolicy: String
  let backing: String
  let ignoresEvents: String?

  init(_ row: ResultRow) {
    let identity = row.identity
    trace = identity.trace
    traceDigest = identity.traceDigest
    machine = identity.machine
    machineDigest = identity.machineDigest
    modelVersion = identity.modelVersion
    seed = identity.seed
    interval = identity.interval
    firstAccess = identity.firstAccess
    lastAccess = identity.lastAccess
    guestPage = identity.guestPage
    pagePolicy = identity.pagePolicy
    backing = identity.backing
    ignoresEvents = row.configuration.first { $0.key == ConfigurationAxis.ignoreEventsKey }?.value
  }
}
