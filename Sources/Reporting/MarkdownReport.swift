import Results

/// The terminal's tables as Markdown (GitHub's tables), for a page or an issue.
public struct MarkdownReport: ReportFormat {
  public init() {}

  public func write(_ document: ReportDocument, to output: inout some TextOutputStream) {
    let summary = Summary(document)
    for block in summary.blocks {
      output.write("## \(Self.escaped(block.title))\n\n")
      for fact in block.facts { output.write("\(Self.escaped(fact)).  \n") }
      for table in block.tables { output.write("\n" + Self.text(table)) }
      output.write("\n")
      for note in block.notes { output.write(Self.text(note)) }
      if !block.notes.isEmpty { output.write("\n") }
    }
    output.write("---\n\n")
    for note in summary.footer { output.write(Self.text(note)) }
    output.write("- pagewalk \(Self.escaped(document.provenance.toolVersion)), ")
    output.write("schema \(ResultSchema.version), cost table \(document.results.costs.digest)\n")
  }

  private static func text(_ note: Summary.Note) -> String {
    note.isWarning ? "- **Warning:** \(escaped(note.text))\n" : "- \(escaped(note.text))\n"
  }

  private static func text(_ table: Summary.Table) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let rules = table.headings.indices.map { $0 == 0 ? ":---" : "---:" }
    let rows = table.rows.map { row in
      line(row.cells.map { row.isBest && !$0.isEmpty ? "**\(escaped($0))**" : escaped($0) })
    }
    return line(table.headings) + line(rules) + rows.joined()
  }

  /// Text without Markdown's own characters.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      if "\\|*_`<>[]#".contains(character) { escaped.append("\\") }
      escaped.append(character == "\n" ? " " : character)
    }
  }
}
