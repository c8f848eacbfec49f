import Results

/// Results as one JSON object: where they come from, and the rows with the schema's column names as keys.
/// What does not apply is null.
public struct JSONReport: ReportFormat {
  public init() {}

  public func write(_ document: ReportDocument, to output: inout some TextOutputStream) {
    output.write("{\n  \"schema_version\": \(ResultSchema.version),\n  \"provenance\": ")
    writeProvenance(document, to: &output)
    output.write(",\n  \"rows\": [")
    let columns = document.schema.columns
    for index in document.results.rows.indices {
      let members = columns.map { column in
        "\(Self.quoted(column.name)): \(Self.value(column.value(document.results, index)))"
      }
      output.write("\(index == 0 ? "" : ",")\n    {\(members.joined(separator: ", "))}")
    }
    output.write(document.results.rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n")
  }

  private func writeProvenance(_ document: ReportDocument, to output: inout some TextOutputStream) {
    let provenance = document.provenance
    let costs = document.results.costs
    let traces = provenance.traces.map {
      "{\"name\": \(Self.quoted($0.name)), \"digest\": \(Self.quoted($0.digest))}"
    }
    let machines = provenance.machines.map {
      "{\"name\": \(Self.quoted($0.name)), \"digest\": \(Self.quoted($0.digest)), "
        + "\"settings\": \(Self.list($0.settings.map(Self.quoted)))}"
    }
    let prices = CostKey.allCases.map { key in
      let cost = costs[key]
      return "{\"event\": \(Self.quoted(key.rawValue)), \"cycles\": \(PlainNumber.text(cost.cycles)), "
        + "\"mark\": \(Self.quoted(cost.mark.rawValue)), \"source\": \(Self.quoted(cost.source))}"
    }
    let base = costs.baseCyclesPerInstruction.map { PlainNumber.text($0) } ?? "null"
    output.write(
      """
      {
          "tool_version": \(Self.quoted(provenance.toolVersion)),
          "commands": \(Self.list(provenance.commandLines.map(Self.quoted))),
          "traces": \(Self.list(traces)),
          "machines": \(Self.list(machines)),
          "cost_table": \(Self.quoted(costs.digest)),
          "base_cycles_per_instruction": \(base),
          "costs": \(Self.list(prices))
        }
      """)
  }

  private static func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }

  private static func value(_ value: ResultValue) -> String {
    switch value {
    case .empty: "null"
    case .text(let text): quoted(text)
    case .count, .number: value.text
    }
  }

  /// A JSON string (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    } + "\""
  }
}
