import Glibc
import Traces

/// Traces as commands read and write them.
enum TraceFile {
  /// Opens a trace, or standard input where the path is `-`.
  static func open(_ path: String) throws(CommandFailure) -> TraceReader {
    do {
      return try TraceReader(try source(path))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The bytes of a trace, or standard input where the path is `-`.
  static func source(_ path: String) throws(TraceError) -> FileSource {
    path == "-"
      ? FileSource(fileDescriptor: STDIN_FILENO, name: "standard input") : try FileSource(path: path)
  }

  /// Visits every block of a trace in order.
  static func forEachBlock(of path: String, _ visit: (EncodedBlock, TraceReader) throws -> Void) throws {
    let reader = try open(path)
    while let block = try reader.nextBlock() { try visit(block, reader) }
  }

  /// Writes a trace of one or more segments, which takes its name when `write` has succeeded.
  ///
  /// - Parameters:
  ///   - inputs: What the trace is made from, none of which it may take the place of.
  ///   - isRecording: Whether it cannot be made again, so that what there is of it is left where the process is killed.
  static func write(
    to path: String, from inputs: [String], isRecording: Bool = false, _ write: (FileSink) throws -> Void
  ) throws {
    let file = try OutputFile(path, from: inputs, isUnique: isRecording)
    try write(FileSink(fileDescriptor: file.fileDescriptor, name: file.name))
    try file.commit()
  }
}
