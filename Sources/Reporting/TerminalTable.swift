import Results

/// Results as a person reads them at a glance, on a terminal.
public struct TerminalTable: ReportFormat {
  private let isColoured: Bool

  /// `isColoured` asks for ANSI colours; whether the terminal has them is the caller's to know.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  public func write(_ document: ReportDocument, to output: inout some TextOutputStream) {
    let summary = Summary(document)
    for block in summary.blocks {
      output.write(styled(block.title, .bold) + "\n")
      for fact in block.facts { output.write(wrapped("  \(fact)")) }
      for table in block.tables { output.write("\n" + text(table)) }
      if !block.notes.isEmpty { output.write("\n") }
      for note in block.notes { output.write(text(note, indentation: "  ")) }
      output.write("\n")
    }
    for note in summary.footer { output.write(text(note)) }
  }

  private func text(_ note: Summary.Note, indentation: String = "") -> String {
    let lines = wrapped(indentation + (note.isWarning ? "warning: " : "") + note.text)
    guard note.isWarning else { return lines }
    return lines.split(separator: "\n").map { styled(String($0), .yellow) + "\n" }.joined()
  }

  /// Breaks text at spaces into lines of at most 100 characters, where its words allow; what follows the
  /// first line is indented further.
  private func wrapped(_ text: String) -> String {
    let indentation = text.prefix { $0 == " " }
    var lines = ""
    var line = indentation
    for word in text.dropFirst(indentation.count).split(separator: " ") {
      if line.count + word.count >= 100, line.contains(where: { $0 != " " }) {
        lines += line + "\n"
        line = indentation + "  "
      }
      line += (line.last == " " || line.isEmpty ? "" : " ") + word
    }
    return lines + line + "\n"
  }

  private func text(_ table: Summary.Table) -> String {
    let lines = AlignedColumns.lines([table.headings] + table.rows.map(\.cells))
    let rows = zip(table.rows, lines.dropFirst()).map { $0.isBest ? styled($1, .green) : $1 }
    return ([styled(lines[0], .dim)] + rows).joined(separator: "\n") + "\n"
  }

  private enum Style: String {
    case bold = "1"
    case dim = "2"
    case green = "32"
    case yellow = "33"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    isColoured ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }
}
