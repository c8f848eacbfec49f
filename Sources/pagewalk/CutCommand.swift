import Addressing
import ArgumentParser
import Importing
import Traces

/// `pagewalk cut`: keeps a part of a trace.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Writes a part of a trace: by owner, address, phase, or position.",
    discussion: """
      An access is kept where all options hold; --skip and --limit count those that the others leave. Events before \
      the part stand at its start, so that what was mapped stays mapped; of --vm and --process, all of its events are \
      kept. Segments stay apart.
      """)

  @Argument(help: "The trace, or - for standard input.") var trace: String

  @Option(name: [.short, .customLong("output")], help: "The trace to write, or - for standard output.")
  var output: String

  @OptionGroup var choice: SelectionOptions

  @OptionGroup var part: WindowOptions

  func run() throws {
    var isEmpty = true
    try CommandFailure.reporting {
      try TraceFile.write(to: output, from: [trace]) { sink in
        var window = part.window
        var selection = choice.selection
        var writer: TraceWriter?
        var segment = 0
        let decoder = BlockDecoder()
        var records = RecordBlock()
        let reader = try TraceFile.open(trace)
        let segments = InputFile.isRegular(trace) ? try? TraceSegment.list(path: trace) : nil
        while !window.isComplete, let block = try reader.nextBlock() {
          if writer == nil || block.segment != segment {
            try writer?.finish()
            var header = reader.header
            let length = segments?[block.segment].summary.records ?? .max
            header.skipped = header.skipped.addingSaturated(min(window.skip, length))
            header.note +=
              selection == nil ? "" : "\(header.note.isEmpty ? "" : "; ")cut \(choice.description)"
            selection?.restart()
            writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
            segment = block.segment
          }
          try decoder.decodeRecords(block, into: &records)
          let kept = window.take(selection?.take(records) ?? records)
          isEmpty = isEmpty && kept.accesses.isEmpty
          try writer?.append(kept)
        }
        try (writer ?? TraceWriter(to: sink, header: reader.header)).finish()
      }
    }
    if isEmpty {
      StandardError.printRemarks(["no access of \(trace) is of the part: nothing to replay is left"])
    }
  }
}
