import ArgumentParser
import Glibc
import Reporting

/// Where results go; shared by the commands that make some. Unless a report goes to standard output, the
/// table for people does.
struct ReportOutputs: ParsableArguments {
  @Option(help: "Write the rows as CSV to this file, or to standard output for -.") var csv: String?
  @Option(help: "Write the rows as JSON to this file, or to standard output for -.") var json: String?
  @Option(help: "Write the tables as Markdown to this file, or to standard output for -.") var markdown:
    String?

  func validate() throws {
    guard [csv, json, markdown].filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("two reports for standard output: name a file for one of them")
    }
  }

  /// The files, opened: a command does so before its work, so that it does not fail after it.
  ///
  /// - Parameter inputs: What the reports are made from, none of which they may take the place of.
  func opened(from inputs: [String]) throws(CommandFailure) -> OpenReports {
    let asked: [(String?, any ReportFormat)] = [
      (csv, CSVReport()), (json, JSONReport()), (markdown, MarkdownReport()),
    ]
    var paths: [String] = []
    var files: [(OutputFile, any ReportFormat)] = []
    for case (let path?, let format) in asked {
      guard !paths.contains(where: { OutputFile.isOneFile(path, $0) }) else {
        throw CommandFailure(.usage, "\(path): two reports for one file: name another for one of them")
      }
      paths.append(path)
      files.append((try OutputFile(path, from: inputs), format))
    }
    if ![csv, json, markdown].contains("-") {
      files.append((try OutputFile("-"), TerminalTable(isColoured: Self.isColoured)))
    }
    return OpenReports(files: files)
  }

  /// Whether standard output is a terminal that shows colours (no-color.org).
  private static var isColoured: Bool {
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    let terminal = getenv("TERM").map { String(cString: $0) }
    return refusal.isEmpty && terminal != "dumb" && isatty(STDOUT_FILENO) == 1
  }
}

/// Reports whose files are open. Dropped unwritten, they leave nothing behind.
struct OpenReports {
  fileprivate let files: [(OutputFile, any ReportFormat)]

  /// Writes every report, each whole or not at all.
  func write(_ document: ReportDocument) throws(CommandFailure) {
    for (file, format) in files {
      try file.write(format.text(document))
      try file.commit()
    }
  }
}
