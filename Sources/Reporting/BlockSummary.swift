import Addressing
import Results

/// Summarises one group of comparable rows.
struct BlockSummary {
  let results: ResultSet
  let group: [Int]
  private let hostPages: [String]
  private let differences: MachineDifferences

  init(_ results: ResultSet, _ group: [Int], _ differences: MachineDifferences) {
    self.results = results
    self.differences = differences
    self.group = group
    var hostPages: [String] = []
    for page in group.compactMap({ results.rows[$0].identity.hostPage }) where !hostPages.contains(page) {
      hostPages.append(page)
    }
    self.hostPages = hostPages
  }

  var block: Summary.Block {
    Summary.Block(
      title: title, facts: facts, tables: [lookups, counts, cycles] + breakEven,
      notes: exits + warnings)
  }

  var first: ResultRow { results.rows[group[0]] }

  private var title: String {
    let identity = first.identity
    let host = hostPages.isEmpty ? [] : ["\(hostPages.joined(separator: " or ")) host pages"]
    let guest = identity.guestPage.isEmpty ? "the guest's own pages" : "\(identity.guestPage) guest pages"
    let machine = ([identity.machine] + differences.settings(of: first)).joined(separator: " ")
    let pages = [guest] + host
    let interval = identity.interval.map { ", interval \($0)" } ?? ""
    return "\(identity.trace) on \(machine), \(pages.joined(separator: ", "))\(interval)"
  }

  private var facts: [String] {
    let row = first
    var size = row.accesses.counting("access", "accesses", digits: HumanNumber.count(row.accesses))
    let instructions = row.instructions.counting(
      "instruction", digits: row.instructions > 0 ? HumanNumber.count(row.instructions) : "no")
    size += ", \(instructions)"
    if row.warmupAccesses > 0 { size += ", after \(HumanNumber.count(row.warmupAccesses)) of warm-up" }
    var memory: [String] = []
    if let footprint = row.gauges.footprintBytes {
      memory.append("footprint \(HumanNumber.bytes(footprint))")
    }
    memory.append("page policy \(row.identity.pagePolicy)")
    memory.append("backing \(row.identity.backing)")
    return [size, memory.joined(separator: ", ")]
  }

  /// How rows of one group are told apart.
  func label(_ index: Int) -> String {
    let identity = results.rows[index].identity
    guard hostPages.count > 1, let page = identity.hostPage else { return identity.strategyLabel }
    return "\(identity.strategyLabel) \(page)"
  }

  // Tables.

  private var lookups: Summary.Table {
    let headings = ["TLB", "lookups", "misses", "miss rate", "per 1000 instructions"]
    // A first level for both counts all as data.
    let isUnified = first.notApplicable.contains(\.l1iLookups)
    let rows =
      lookupRows(isUnified ? "L1 unified" : "L1 data", \.l1dLookups, \.l1dMisses)
      + lookupRows("L1 instruction", \.l1iLookups, \.l1iMisses) + lookupRows("L2", \.l2Lookups, \.l2Misses)
    return Summary.Table(headings: headings, rows: rows)
  }

  /// One row where all strategies saw the same, else one for each of the differing; none for a TLB that is not there.
  private func lookupRows(
    _ name: String, _ lookups: KeyPath<Counters, UInt64>, _ misses: KeyPath<Counters, UInt64>
  ) -> [Summary.Row] {
    var seen: [(cells: [String], strategies: [String])] = []
    for index in group where !results.rows[index].notApplicable.contains(lookups) {
      let row = results.rows[index]
      let perThousand = row.perThousandInstructions(row.tally.total[keyPath: misses])
      let cells = [
        shown(row, lookups), shown(row, misses),
        row.missRate(misses, of: lookups).map(HumanNumber.percentage) ?? "",
        perThousand.map { HumanNumber.fixed($0, 2) } ?? "",
      ]
      if let known = seen.firstIndex(where: { $0.cells == cells }) {
        seen[known].strategies.append(label(index))
      } else {
        seen.append((cells, [label(index)]))
      }
    }
    return seen.map { cells, strategies in
      let whose = seen.count == 1 ? "" : ": \(strategies.joined(separator: ", "))"
      return Summary.Row(cells: [name + whose] + cells)
    }
  }

  private var counts: Summary.Table {
    let headings = [
      "strategy", "walks", "walk refs", "guest", "host", "shadow", "refs/walk", "VM exits", "faults",
      "tables",
    ]
    let rows = group.map { index in
      let row = results.rows[index]
      return Summary.Row(cells: [
        label(index), shown(row, \.walks), shown(row, \.walkReferences), shown(row, \.walkReferencesGuest),
        shown(row, \.walkReferencesHost), shown(row, \.walkReferencesShadow),
        row.walkReferencesPerWalk.map { HumanNumber.fixed($0, 2) } ?? "",
        shown(row, \.vmExits), shown(row, \.faults), row.gauges.tableBytes.map(HumanNumber.bytes) ?? "",
      ])
    }
    return Summary.Table(headings: headings, rows: rows)
  }

  /// The cycles and the ranking, with what the steady cycles were if exits cost otherwise.
  private var cycles: Summary.Table {
    let isSensitive = group.contains { results.rows[$0].tally.steady.vmExits > 0 }
    let now = results.costs[.exit].cycles
    let exitCosts = isSensitive ? BreakEven.exitCostsCompared.filter { $0 != now } : []
    let headings = ["cycles", "first touch", "steady", "vs native", "rank"]
    let rows = group.map { index in
      let spent = results.cycles[index]
      let rank = results.steadyRank(of: index)
      let others = exitCosts.map { HumanNumber.count(results.steadyCycles(of: index, exitCycles: $0)) }
      let cells = [
        label(index), HumanNumber.count(spent.firstTouch.translationCycles),
        HumanNumber.count(spent.steady.translationCycles),
        results.versusNative(index, \.steady).map(HumanNumber.ratio) ?? "", String(rank),
      ]
      return Summary.Row(cells: cells + others, isBest: rank == 1)
    }
    return Summary.Table(
      headings: headings + exitCosts.map { "steady, exit \(HumanNumber.price($0))" }, rows: rows)
  }

  /// Where strategies that a hypervisor could choose between change places; native is none of them.
  private var breakEven: [Summary.Table] {
    let native = ResultIdentity.nativeStrategy
    let choices = group.filter { results.rows[$0].identity.strategy != native }
    let rows = choices.enumerated().flatMap { position, a in
      choices.dropFirst(position + 1).compactMap { b -> Summary.Row? in
        guard results.rows[a].identity.hostPage == results.rows[b].identity.hostPage else { return nil }
        let prices = BreakEven.keys.map { results.breakEven($0, between: a, and: b) }
        guard prices.contains(where: { $0 != nil }) else { return nil }
        let cells = prices.map { $0.map(HumanNumber.price) ?? "" }
        return Summary.Row(cells: ["\(label(a)) = \(label(b))"] + cells)
      }
    }
    let headings = BreakEven.keys.map { key in
      "\(key.rawValue) cycles (now \(HumanNumber.price(results.costs[key].cycles)))"
    }
    return rows.isEmpty ? [] : [Summary.Table(headings: ["break-even, steady"] + headings, rows: rows)]
  }

  /// A count or sum, empty where it does not apply.
  private func shown(_ row: ResultRow, _ field: KeyPath<Counters, UInt64>) -> String {
    let sum = Counters.sums.first { $0.value == field }
    let isHidden =
      sum.map { row.notApplicable.isSuperset(of: $0.parts) } ?? row.notApplicable.contains(field)
    return isHidden ? "" : HumanNumber.count(row.tally.total[keyPath: field])
  }

  // Notes.

  /// The most frequent reasons of each strategy's exits.
  private var exits: [Summary.Note] {
    group.compactMap { index in
      let total = results.rows[index].tally.total
      let reasons = Counters.columns.enumerated().filter { _, column in
        column.name.hasPrefix("exits_") && total[keyPath: column.field] > 0
      }.sorted { a, b in
        (total[keyPath: a.element.field], b.offset) > (total[keyPath: b.element.field], a.offset)
      }.map(\.element)
      guard !reasons.isEmpty else { return nil }
      let named = reasons.prefix(reasons.count == 5 ? 5 : 4).map { reason in
        let name = reason.name.dropFirst("exits_".count).split(separator: "_").joined(separator: " ")
        return "\(HumanNumber.count(total[keyPath: reason.field])) \(name)"
      }
      let others = reasons.count > named.count ? ", \(reasons.count - named.count) more reasons" : ""
      return Summary.Note(text: "exits of \(label(index)): \(named.joined(separator: ", "))\(others)")
    }
  }
}
