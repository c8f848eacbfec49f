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
    for key in CostKey.allCases {
      let cost = costs[key]
      text += "  \(key.rawValue)  \(PlainNumber.text(cost.cycles)) [\(cost.mark.rawValue)]  \(key.meaning)"
      text += cost.source.isEmpty ? "\n" : " Source: \(cost.source).\n"
    }
    return text + "\nMarks: [V] read in its source, [V2] read in a summary, [M] recalled, [D] derived, "
      + "[E] estimated, [G] given.\n"
  }

  /// One column: name, unit, meaning, where it comes from.
  public static func text(column: ResultColumn) -> String {
    let unit = column.unit.isEmpty ? "" : " (\(column.unit))"
    return "\(column.name)\(unit)  \(column.meaning) [\(column.origin.rawValue)]\n"
  }
}
