import Foundation
import Replaying
import Traces

/// A bundled trace.
struct Trace {
  let path: String

  init(_ name: String) {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    path = root.appending(path: "traces/\(name).pwt").path(percentEncoded: false)
  }

  /// Its accesses.
  var records: UInt64 {
    get throws { try TraceSegment.list(path: path).reduce(0) { $0 + $1.summary.records } }
  }

  /// What a replayer reads.
  var input: TraceInput {
    get throws { TraceInput(name: path, reader: try TraceReader(path: path), recordCount: try records) }
  }

  /// Its blocks, read and not decoded.
  var blocks: [EncodedBlock] {
    get throws {
      let reader = try TraceReader(path: path)
      var blocks: [EncodedBlock] = []
      while let block = try reader.nextBlock() { blocks.append(block) }
      return blocks
    }
  }
}
