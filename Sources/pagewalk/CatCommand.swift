import ArgumentParser
import Importing
import Traces

/// `pagewalk cat`: several traces in one file.
struct CatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Puts traces one behind the other in one file.",
    discussion: """
      Each stays a segment of its own, with its provenance; a replay starts each with empty contexts and TLBs. With \
      --join their records become one segment, as if recorded in one go.
      """)

  @Argument(help: "The traces; one of them may be - for standard input.") var traces: [String]

  @Option(name: .output, help: "The trace to write, or - for standard output.")
  var output: String

  @Flag(help: "Make one segment of all.") var join = false

  func validate() throws {
    if traces.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input holds one trace; name the others")
    }
  }

  func run() throws {
    try CommandFailure.reporting {
      try TraceFile.write(to: output, from: traces) { sink in
        if join { try writeJoined(to: sink) } else { try writeSegments(to: sink) }
      }
    }
  }

  /// Copies the bytes while a reader checks them.
  private func writeSegments(to sink: FileSink) throws {
    for trace in traces {
      let reader = try TraceReader(CopyingSource(try TraceFile.source(trace), to: sink))
      while try reader.nextBlock() != nil {}
    }
  }

  private func writeJoined(to sink: FileSink) throws {
    var writer: TraceWriter?
    var first: TraceHeader?
    let decoder = BlockDecoder()
    var records = RecordBlock()
    for trace in traces {
      try TraceFile.forEachBlock(of: trace) { block, reader in
        var header = reader.header
        guard first?.addressKind ?? header.addressKind == header.addressKind,
          first?.kept ?? header.kept == header.kept
        else {
          throw CommandFailure(
            .badData,
            "\(trace): has other addresses than those before it, or other accesses were left out: leave out --join, or "
              + "this trace")
        }
        first = first ?? header
        header.note = "joined from \(traces.count) traces; of the first: \(header.note)"
        let joined = try writer ?? TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
        writer = joined
        try decoder.decodeRecords(block, into: &records)
        try joined.append(records)
      }
    }
    try (writer ?? TraceWriter(to: sink, header: TraceHeader())).finish()
  }
}

/// A source that writes what is read from it to a sink, too.
private final class CopyingSource: ByteSource {
  private let source: any ByteSource
  private let sink: any ByteSink
  var name: String { source.name }

  init(_ source: any ByteSource, to sink: any ByteSink) {
    self.source = source
    self.sink = sink
  }

  func read(upTo count: Int) throws(TraceError) -> [UInt8] {
    let bytes = try source.read(upTo: count)
    try sink.write(bytes)
    return bytes
  }
}
