import Addressing
import Traces

/// Reads the files of one drmemtrace trace, of a thread or a core each, as one.
///
/// Every file is a row of stretches that begin with a timestamp. The stretch with the lowest comes next, of equal ones that
/// of the first file: no file goes on beyond what comes next in another. So DynamoRIO itself has them analysed one after
/// the other (`clients/drcachesim/scheduler/scheduler.h` at 05e316505beb, `DEPENDENCY_TIMESTAMPS` [V]).
struct DrmemtraceFiles: TraceImporter {
  private var files: [DrmemtraceImporter]
  /// By file, when it goes on; 0 before the first timestamp.
  private var times: [UInt64]
  /// The file that a full block interrupted.
  private var interrupted: Int?

  init(_ input: ByteInput) { self.init([input]) }

  init(_ inputs: [ByteInput]) {
    files = inputs.map { DrmemtraceImporter($0) }
    times = Array(repeating: 0, count: inputs.count)
  }

  static func recognises(_ start: [UInt8]) -> Bool { DrmemtraceImporter.recognises(start) }
  static var isBinary: Bool { DrmemtraceImporter.isBinary }

  var remarks: [String] {
    var sum = DrmemtraceRemarks()
    for file in files { sum += file.remarkCounts }
    return sum.remarks
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let file = nextFile {
      try files[file].read(into: &block, until: limit(of: file))
      if let time = files[file].nextTimestamp { times[file] = time }
      interrupted = block.isFull && files[file].nextTimestamp == nil ? file : nil
    }
    return !block.isEmpty
  }

  /// The file that goes on; nil where all have ended.
  private var nextFile: Int? {
    interrupted ?? unfinished.min { times[$0] < times[$1] }
  }

  /// The last time up to which a file goes on before another's turn comes.
  private func limit(of file: Int) -> UInt64 {
    unfinished.filter { $0 != file }.map { $0 > file ? times[$0] : max(times[$0], 1) - 1 }.min() ?? .max
  }

  private var unfinished: [Int] { files.indices.filter { !files[$0].isFinished } }
}
