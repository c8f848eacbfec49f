import ArgumentParser
import Importing
import Traces

/// `pagewalk cut`: keeps a part of a trace.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Writes the part of a trace that --skip and --limit leave.",
    discussion:
      "Events before the part stand at its start, so that what was mapped stays mapped. Segments stay apart.")

  @Argument(help: "The trace, or - for standard input.") var trace: String

  @Option(name: [.short, .customLong("output")], help: "The trace to write, or - for standard output.")
  var output: String

  @OptionGroup var part: WindowOptions

  func run() throws {
    try CommandFailure.reporting {
      try TraceFile.write(to: output) { sink in
        var window = part.window
        var writer: TraceWriter?
        var segment = 0
        let decoder = BlockDecoder()
        var records = RecordBlock()
        let reader = try TraceFile.open(trace)
        while !window.isComplete, let block = try reader.nextBlock() {
          if writer == nil || block.segment != segment {
            try writer?.finish()
            var header = reader.header
            header.skipped += window.skip
            writer = try TraceWriter(to: sink, header: header)
            segment = block.segment
          }
          try decoder.decodeRecords(block, into: &records)
          try writer?.append(window.take(records))
        }
        try (writer ?? TraceWriter(to: sink, header: reader.header)).finish()
      }
    }
  }
}
