import Replaying
import Results
import Traces

/// A trace that a replay was asked for, with what must be known of it beforehand.
struct ReplayTrace {
  /// Where it is read, as given.
  private let path: String
  /// The file's name without its folder.
  let name: String
  /// The segments' footers; read beforehand where the trace is a regular file, else behind the last block.
  private let survey: [TraceSummary]?
  private let reader: TraceReader

  /// Opens a trace; the footers of a file are read first, for its length and digest.
  init(_ path: String) throws {
    self.path = path
    name = path == "-" ? path : String(path.split(separator: "/").last ?? "")
    let segments: [TraceSegment]?
    do throws(TraceError) {
      reader = try TraceReader(TraceFile.source(path))
      segments = InputFile.isRegular(path) ? try TraceSegment.list(path: path) : nil
    } catch {
      throw CommandFailure(error)
    }
    survey = segments?.map(\.summary)
    let headers = segments?.map(\.header) ?? [reader.header]
    guard !headers.contains(where: { $0.addressKind == .real }) else {
      throw CommandFailure(
        .badConfiguration,
        "\(path): holds physical addresses of the recorded machine (real ones here), and every strategy starts from "
          + "virtual ones: record it with virtual addresses")
    }
  }

  /// What the replayer reads.
  var input: TraceInput {
    TraceInput(name: name, reader: reader, recordCount: survey.map { $0.reduce(0) { $0 + $1.records } })
  }

  /// What results say of it; called when all is read.
  var identity: TraceIdentity {
    TraceIdentity(
      name: name, path: path, digest: TraceSummary.digestText(of: survey ?? reader.summaries),
      scope: TraceScope(of: reader.header))
  }
}

extension TraceScope {
  /// What results say of a trace's scope.
  fileprivate init(of header: TraceHeader) {
    self =
      switch (header.scope, header.kept) {
      case (.user, _): .user
      case (.wholeSystem, .all): .system
      case (.wholeSystem, .user): .systemUser
      case (.wholeSystem, .kernel): .systemKernel
      }
  }
}

/// What results say of a trace.
struct TraceIdentity {
  var name: String
  /// Where it was read, as given.
  var path: String
  var digest: String
  var scope: TraceScope
}
