import Results

/// The machine on which each strategy has the fewest steady cycles on a trace, where there are several.
struct MachineRanking {
  private let set: ResultSet
  private let differences: MachineDifferences
  /// For each trace and strategy its rows, one for each machine and host page; all in order of appearance.
  private var contests: [[Int]] = []

  /// - Parameter groups: Of rows that compare with each other, and stand in one block.
  init(_ set: ResultSet, _ groups: [[Int]], _ differences: MachineDifferences) {
    self.set = set
    self.differences = differences
    var known: [Contest: Int] = [:]
    var blocks: [Set<Int>] = []
    for (block, group) in groups.enumerated() {
      for index in group {
        let contest = Contest(set.rows[index])
        let place = known[contest] ?? contests.count
        if place == contests.count {
          known[contest] = place
          contests.append([])
          blocks.append([])
        }
        contests[place].append(index)
        blocks[place].insert(block)
      }
    }
    // Rows of one block are ranked there.
    contests = zip(contests, blocks).filter { $1.count > 1 }.map(\.0)
  }

  /// Nil where no strategy has several machines.
  var block: Summary.Block? {
    guard !contests.isEmpty else { return nil }
    let headings = ["trace", "strategy", "machines", "steady", "best"]
    let table = Summary.Table(headings: headings, rows: contests.map(row))
    return Summary.Block(
      title: "each strategy's best machine, by steady cycles", facts: [], tables: [table], notes: [])
  }

  private func row(_ contest: [Int]) -> Summary.Row {
    let cycles = contest.map { set.cycles[$0].steady.translationCycles }
    let least = cycles.min() ?? 0
    let best = zip(contest, cycles).filter { $1 == least }.map { set.rows[$0.0] }
    let others = best.count > 1 ? ", and \(best.count - 1) more" : ""
    return Summary.Row(cells: [
      trace(best[0]), best[0].identity.strategyLabel, String(contest.count), HumanNumber.count(least),
      machine(best[0]) + others,
    ])
  }

  /// A trace's name, with its part and the seed where several are ranked.
  private func trace(_ row: ResultRow) -> String {
    let identity = row.identity
    let others = contests.map { set.rows[$0[0]].identity }.filter { $0.trace == identity.trace }
    func differ(_ part: (ResultIdentity) -> some Equatable) -> Bool {
      others.contains { part($0) != part(identity) }
    }
    var name = identity.trace
    if differ({ [$0.firstAccess, $0.lastAccess] }) {
      name += ", accesses \(identity.firstAccess) to \(identity.lastAccess)"
    }
    if differ(\.seed) { name += ", seed \(identity.seed)" }
    return name
  }

  private func machine(_ row: ResultRow) -> String {
    let identity = row.identity
    let pages = [
      identity.guestPage.isEmpty ? nil : "\(identity.guestPage) guest",
      identity.hostPage.map { "\($0) host" },
    ]
    return ([identity.machine] + differences.settings(of: row) + pages.compactMap(\.self)).joined(
      separator: " ")
  }
}

/// What rows have in common of which the machine may be chosen.
private struct Contest: Hashable {
  let trace: String
  let traceDigest: String
  let modelVersion: String
  let seed: UInt64
  let interval: UInt64?
  let firstAccess: UInt64
  let lastAccess: UInt64
  let strategy: String
  let ignoresEvents: Bool

  init(_ row: ResultRow) {
    let identity = row.identity
    trace = identity.trace
    traceDigest = identity.traceDigest
    modelVersion = identity.modelVersion
    seed = identity.seed
    interval = identity.interval
    firstAccess = identity.firstAccess
    lastAccess = identity.lastAccess
    strategy = identity.strategyLabel
    ignoresEvents = row.configuration.contains(.ignoringEvents(true))
  }
}
