import Addressing
import Results

/// What a person wants to see of results, before it is laid out: a block for each group of comparable rows.
struct Summary {
  var blocks: [Block]
  /// What holds for all blocks.
  var footer: [Note]

  /// Rows that compare: one trace on one machine, or each strategy on several.
  struct Block {
    var title: String
    var facts: [String]
    var tables: [Table]
    var notes: [Note]
  }

  struct Table {
    var headings: [String]
    var rows: [Row]
  }

  struct Row {
    var cells: [String]
    /// Whether it ranks first.
    var isBest = false
  }

  struct Note {
    var text: String
    /// Whether a reader who overlooks it would be misled.
    var isWarning = false
  }

  init(_ document: ReportDocument) {
    let set = document.results
    let whole = set.groups.filter { set.rows[$0[0]].identity.interval == nil }
    let shown = whole.isEmpty ? set.groups : whole
    let differences = MachineDifferences(shown.map { set.rows[$0[0]] })
    blocks = shown.map { BlockSummary(set, $0, differences).block }
    if let ranking = MachineRanking(set, shown, differences).block { blocks.append(ranking) }
    footer = Self.footer(set)
    let intervals = set.rows.count { $0.identity.interval != nil }
    if !whole.isEmpty, intervals > 0 {
      footer.insert(Note(text: "rows of intervals, in CSV and JSON only: \(intervals)"), at: 0)
    }
  }

  private static func footer(_ set: ResultSet) -> [Note] {
    guard !set.rows.isEmpty else { return [Note(text: "no rows")] }
    var notes: [Note] = []
    let used = set.costs.used(by: set.rows)
    let estimates = used.filter { set.costs[$0].mark.isEstimate }
    let prices = used.map { key in
      "\(key.rawValue) \(HumanNumber.price(set.costs[key].cycles)) [\(set.costs[key].mark.rawValue)]"
    }
    if !used.isEmpty {
      notes.append(
        Note(
          text:
            "cycles rest on \(used.count.counting("cost")), \(estimates.count) of them estimated [E] or recalled [M]: "
            + prices.joined(separator: ", ")))
    }
    notes.append(Note(text: "the ranking is on steady cycles; pagewalk metrics defines every number"))
    let scopes = Set(set.rows.map(\.identity.traceScope))
    for scope in TraceScope.allCases where scopes.contains(scope) {
      guard let warning = scope.warning else { continue }
      notes.append(Note(text: "trace_scope=\(scope.rawValue): \(warning)", isWarning: true))
    }
    return notes
  }
}
