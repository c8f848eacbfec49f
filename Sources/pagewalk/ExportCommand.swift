public import ArgumentParser
public import Importing
import Traces

/// `pagewalk export`: writes every access of a trace, in order and as recorded, in another format.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Writes a trace in another format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
    discussion: """
      Text and CSV hold everything and can be imported again; drmemtrace holds accesses and who makes them; din and \
      champsim hold addresses and kinds only. What they lose of a trace is told.
      """)

  @Argument(help: "The trace, or - for standard input.") var trace: String

  @Option(help: "The format to write.") var format: ExportFormat = .text

  @Option(name: .output, help: "The file to write, or - for standard output.")
  var output = "-"

  @OptionGroup var part: WindowOptions

  func run() throws {
    try CommandFailure.reporting {
      let file = try OutputFile(output, from: [trace])
      let sink = FileSink(fileDescriptor: file.fileDescriptor, name: file.name)
      var exporter = format.makeExporter()
      var window = part.window
      let decoder = BlockDecoder()
      var records = RecordBlock()
      var bytes: [UInt8] = []
      var hasBegun = false
      if InputFile.isRegular(trace) { try lookAhead(&exporter) }
      let reader = try TraceFile.open(trace)
      while !window.isComplete {
        if !hasBegun { exporter.begin(comments: comments(reader.header), into: &bytes) }
        hasBegun = true
        guard let block = try reader.nextBlock() else { break }
        try decoder.decodeRecords(block, into: &records)
        exporter.append(window.take(records), into: &bytes)
        try sink.write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
      exporter.end(into: &bytes)
      try sink.write(bytes)
      try file.commit()
      StandardError.printRemarks(exporter.remarks)
    }
  }

  /// Shows an exporter what it needs to see before it begins.
  private func lookAhead(_ exporter: inout any TraceExporter) throws {
    guard exporter.looksAhead else { return }
    let reader = try TraceFile.open(trace)
    let decoder = BlockDecoder()
    var window = part.window
    var records = RecordBlock()
    while exporter.looksAhead, !window.isComplete, let block = try reader.nextBlock() {
      try decoder.decodeRecords(block, into: &records)
      exporter.lookAhead(window.take(records))
    }
  }

  private func comments(_ header: TraceHeader) -> [String] {
    [
      "recorder: \(header.recorder)", "command: \(header.command)", "note: \(header.note)",
      "scope: \(header.scope.name)", "skipped: \(header.skipped)",
    ].filter { !$0.hasSuffix(": ") }
  }
}

extension ExportFormat: ExpressibleByArgument {}
