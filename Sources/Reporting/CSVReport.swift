import Results

/// Results as CSV: a header of `#` lines that say where they come from, the columns of the schema, and one
/// row each. RFC 4180 with line feeds; what follows the `#` lines depends on rows, schema and costs alone.
public struct CSVReport: ReportFormat {
  public init() {}

  public func write(_ document: ReportDocument, to output: inout some TextOutputStream) {
    for line in Self.header(document) { output.write("# \(Self.printable(line))\n") }
    let columns = document.schema.columns
    output.write(columns.map { Self.quoted($0.name) }.joined(separator: ",") + "\n")
    for index in document.results.rows.indices {
      let fields = columns.map { Self.quoted($0.value(document.results, index).text) }
      output.write(fields.joined(separator: ",") + "\n")
    }
  }

  /// The provenance, as `key: value`.
  private static func header(_ document: ReportDocument) -> [String] {
    let provenance = document.provenance
    let costs = document.results.costs
    var lines = [
      "\(HeaderKey.tool): \(provenance.toolVersion)", "\(HeaderKey.schema): \(ResultSchema.version)",
    ]
    lines += provenance.commandLines.map { "\(HeaderKey.command): \($0)" }
    lines += provenance.traces.map { "\(HeaderKey.trace): \($0.digest) \($0.name)" }
    for machine in provenance.machines {
      lines.append("\(HeaderKey.machine): \(machine.digest) \(machine.name)")
      lines += machine.settings.map { "\(HeaderKey.setting): \($0)" }
    }
    lines.append("\(HeaderKey.costTable): \(costs.digest)")
    lines += costs.lines.map { "\(HeaderKey.cost): \($0)" }
    lines.append("\(HeaderKey.rows): \(document.results.rows.count)")
    return lines
  }

  /// The keys of the `#` lines.
  enum HeaderKey: String, CustomStringConvertible {
    case tool = "pagewalk"
    case schema
    case command
    /// Digest, then name.
    case trace
    /// Digest, then name; its settings follow.
    case machine
    case setting
    case costTable = "cost table"
    case cost
    /// The number of rows, by which a file cut between two is noticed.
    case rows

    var description: String { rawValue }
  }

  /// A field, in quotes where it could be taken for more than one, or for a comment.
  static func quoted(_ field: String) -> String {
    let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13, UInt8(ascii: "#")]
    guard field.utf8.contains(where: special.contains) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// A line without characters that would end it.
  public static func printable(_ line: String) -> String {
    guard line.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return line }
    return line.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.value < 32 || scalar.value == 127 {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
