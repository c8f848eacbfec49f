import Glibc
public import Importing
public import Traces

/// Records one user program: runs it under valgrind's lackey and reads the log from a pipe.
///
/// The program keeps its standard streams. Forked children are left out, and no access names its thread. When
/// enough is recorded, the program is ended: by SIGTERM, and by SIGKILL if it does not obey.
public struct Recorder: Sendable {
  /// The command and its arguments.
  public let command: [String]
  /// The version that valgrind tells of itself, such as `valgrind-3.19.0`.
  public let valgrindVersion: String

  /// What came of a recording.
  public struct Result: Sendable {
    /// The status to exit with: the command's own, 128 and the signal where one ended it, 0 where the limit did.
    public var status: Int32
    /// What the reader of the trace should know.
    public var remarks: [String]
  }

  /// Finds out whether there is a valgrind, and which.
  public init(_ command: [String]) throws(RecordingError) {
    self.command = command
    valgrindVersion = try Self.askVersion()
  }

  /// Runs the program, handing on the records within `window`.
  public func record(_ window: RecordWindow, to receive: (RecordBlock) throws -> Void) throws -> Result {
    let pipe = try DescriptorPair()
    pipe.widen()
    let child = try start(writingTo: pipe)
    let signals = SignalForwarding(to: child)
    defer { signals.end() }

    let input = ByteInput(pipe: pipe.reading, from: child, name: "valgrind's log")
    var importer = ImportFormat.lackey.makeImporter(input)
    var remaining = window
    var made: UInt64 = 0
    do {
      try importer.deliver(&remaining) { block in
        made += UInt64(block.accesses.count)
        try receive(block)
      }
    } catch {
      stop(child, draining: input)
      throw error
    }
    if remaining.isComplete {
      stop(child, draining: input)
      return Result(status: 0, remarks: importer.remarks)
    }
    let outcome = child.wait()
    let skipped = window.skip - remaining.skip
    guard made > 0 else {
      if skipped > 0 { throw RecordingError.skippedAll(skip: window.skip, made: skipped) }
      throw RecordingError.nothingRecorded(outcome: outcome.description)
    }
    var remarks = importer.remarks
    if case .killed = outcome { remarks.append("the program \(outcome), and is recorded until then") }
    return Result(status: outcome.status, remarks: remarks)
  }

  private func start(writingTo pipe: DescriptorPair) throws(RecordingError) -> ChildProcess {
    defer { close(pipe.writing) }
    let log = Self.logDescriptor
    let options = [
      "--tool=lackey", "--trace-mem=yes", "--trace-syscalls=yes", "--log-fd=\(log)", "--vgdb=no",
      "--trace-children=no", "--child-silent-after-fork=yes",
    ]
    do {
      return try ChildProcess(["valgrind"] + options + ["--"] + command, descriptors: [(pipe.writing, log)])
    } catch {
      close(pipe.reading)
      throw error.isMissing ? .valgrindMissing : .notStarted(reason: error.reason)
    }
  }

  /// The number under which valgrind finds the pipe: out of the way of the standard streams.
  private static let logDescriptor: Int32 = 9

  /// Ends the program and waits for it. While it ends in its own way, what it still writes is thrown away; one that
  /// writes on and on (64 MiB), or is silent for two seconds, does not mean to end.
  private func stop(_ child: ChildProcess, draining input: ByteInput) {
    child.send(signal: SIGTERM)
    var reads = 0
    var silences = 0
    while !child.hasEnded, reads < 1024, silences < 20 {
      if input.discard(within: 100) {
        reads += 1
      } else {
        usleep(100_000)
        silences += 1
      }
    }
    child.send(signal: SIGKILL)
    _ = child.wait()
  }

  private static func askVersion() throws(RecordingError) -> String {
    do {
      let pipe = try DescriptorPair()
      let input = ByteInput(descriptor: pipe.reading, name: "valgrind")
      let child: ChildProcess
      do {
        defer { close(pipe.writing) }
        child = try ChildProcess(["valgrind", "--version"], descriptors: [(pipe.writing, STDOUT_FILENO)])
      }
      let output = try input.peek(100)
      _ = child.wait()
      return String(decoding: output.prefix { $0 != 0x0a }, as: UTF8.self)
    } catch let error as ChildProcess.StartError {
      throw error.isMissing ? .valgrindMissing : .notStarted(reason: error.reason)
    } catch {
      throw .notStarted(reason: "\(error)")
    }
  }
}

extension ChildProcess.Outcome {
  /// The status a shell gives: 128 and the number of the signal that ended the program, else its own.
  fileprivate var status: Int32 {
    switch self {
    case .exited(let status): status
    case .killed(let signal): 128 + signal
    }
  }
}
