import Addressing
import ArgumentParser
import Importing
import Traces

/// `pagewalk cut`: keeps a part of a trace.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Writes a part of a trace: by owner, address, phase, segment, or position.",
    discussion: """
      An access is kept where all options hold; --skip and --limit count those that the others leave. Events before \
      the part stand at its start, so that what was mapped stays mapped; of --vm and --process, all of its events are \
      kept. Segments stay apart.
      """)

  @Argument(help: "The trace, or - for standard input.") var trace: String

  @Option(name: .output, help: "The trace to write, or - for standard output.")
  var output: String

  @OptionGroup var choice: SelectionOptions

  @Option(
    help: ArgumentHelp(
      "Keep this one of a file's segments, by its number in 'pagewalk info', from 0.", valueName: "number"))
  var segment: Int?

  @OptionGroup var part: WindowOptions

  func validate() throws {
    if let segment, segment < 0 { throw ValidationError("--segment must be at least 0") }
  }

  /// What is chosen, as it was given.
  private var chosen: String {
    let parts = [segment.map { "--segment \($0)" } ?? "", choice.description]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  func run() throws {
    var isEmpty = true
    try CommandFailure.reporting {
      try TraceFile.write(to: output, from: [trace]) { sink in
        var window = part.window
        var selection = choice.selection
        var writer: TraceWriter?
        var current = 0
        let decoder = BlockDecoder()
        var records = RecordBlock()
        let reader = try TraceFile.open(trace)
        let segments = InputFile.isRegular(trace) ? try? TraceSegment.list(path: trace) : nil
        while !window.isComplete, let block = try reader.nextBlock() {
          let wanted = segment ?? block.segment
          if block.segment > wanted { break }
          if block.segment < wanted { continue }
          if writer == nil || block.segment != current {
            try writer?.finish()
            var header = reader.header
            let length = segments?[block.segment].summary.records ?? .max
            header.skipped = header.skipped.addingSaturated(min(window.skip, length))
            header.note += chosen.isEmpty ? "" : "\(header.note.isEmpty ? "" : "; ")cut \(chosen)"
            selection?.restart()
            writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
            current = block.segment
          }
          try decoder.decodeRecords(block, into: &records)
          let kept = window.take(selection?.take(records) ?? records)
          isEmpty = isEmpty && kept.accesses.isEmpty
          try writer?.append(kept)
        }
        if let segment, writer == nil, segment >= reader.summaries.count {
          throw CommandFailure(
            .usage,
            "\(trace): no segment \(segment): it has \(reader.summaries.count.counting("segment")), numbered from 0"
          )
        }
        let header = segment.flatMap { segments?[$0].header } ?? reader.header
        try (writer ?? TraceWriter(to: sink, header: header)).finish()
      }
    }
    if isEmpty {
      StandardError.printRemarks(["no access of \(trace) is of the part: nothing to replay is left"])
    }
  }
}
