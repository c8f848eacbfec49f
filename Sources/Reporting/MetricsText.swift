public import Results

/// What every column of the results means, for people: the schema and the cost table as text.
public enum MetricsText {
  /// All columns by section, then the costs.
  public static func text(schema: ResultSchema, costs: CostTable) -> String {
    var text = "Columns of results, schema version \(ResultSchema.version).\n"
    var section: ResultColumn.Section?
    for column in schema.columns {
      if column.section != section { text += "\n\(column.section.rawValue)\n" }
      section = column.section
      text += "  " + self.text(column: column)
    }
    text +=
      "\nconfiguration\n  Every setting of the machine is a column: its --set key with dots as underscores.\n"
    text += "\ncosts, in cycles an event; table \(costs.digest)\n"
    for name in CostTable.names { text += "  " + (self.text(cost: name, in: costs) ?? "") }
    return text + "\nMarks: [V] read in its source, [V2] read in a summary, [M] recalled, [D] derived, "
      + "[E] estimated, [G] given.\n"
  }

  /// One column: name, unit, meaning, where it comes from.
  public static func text(column: ResultColumn) -> String {
    let unit = column.unit.isEmpty ? "" : " (\(column.unit))"
    return "\(column.name)\(unit)  \(column.meaning) [\(column.origin.rawValue)]\n"
  }

  /// One cost, by its name in cost files: name, cycles, meaning, source; nil where there is none.
  public static func text(cost name: String, in costs: CostTable) -> String? {
    if name == CostTable.baseKey {
      let base = costs.baseCyclesPerInstruction.map { PlainNumber.text($0) } ?? "unknown"
      return "\(name)  \(base)  Cycles of one instruction without any cost of translation; where they are "
        + "unknown, runtime_overhead is empty.\n"
    }
    guard let key = CostKey(rawValue: name) else { return nil }
    let cost = costs[key]
    let source = cost.source.isEmpty ? "" : " Source: \(cost.source)."
    return "\(name)  \(PlainNumber.text(cost.cycles)) [\(cost.mark.rawValue)]  \(key.meaning)\(source)\n"
  }
}
