import Glibc
import Importing
public import Traces

/// Records a whole guest: lets Linux run in QEMU and follows it from where it starts the program to where that ends.
///
/// A guest is booted once and kept where it waits for a program (``GuestSnapshot``); recordings go on from there.
/// The guest's kernel, all its programs and its page tables are in the trace. The program writes to our standard
/// output and reads nothing.
public struct GuestRecorder: Sendable {
  public let setup: GuestSetup
  public let options: GuestOptions

  /// Boots that are tried before one that does not reach the start marker is an error: now and then a guest resets.
  private static let boots = 3
  /// A guest that is silent so long before the start marker hangs. In milliseconds.
  static let patience: Int32 = 300_000
  /// The number under which QEMU finds the pipe.
  private static let descriptor: Int32 = 9

  public init(setup: GuestSetup, options: GuestOptions) {
    self.setup = setup
    self.options = options
  }

  /// Records and hands on.
  public func record(
    _ command: [String], to receive: (RecordBlock) throws -> Void
  ) throws -> GuestStreamEnd {
    let files = try setup.archive(command: command, files: options.files)
    let system = try setup.system()
    let snapshot = options.isDeterministic ? nil : GuestSnapshot(of: system, setup: setup, options: options)
    var console = ""
    for _ in 0..<Self.boots {
      let workplace = try GuestWorkplace()
      try workplace.write(system, to: workplace.archive)
      try workplace.write(files, to: workplace.files)
      let kept = try snapshot?.make(of: system) == true ? snapshot : nil
      if let end = try run(in: workplace, from: kept, to: receive) { return end }
      console = workplace.lastLines
      snapshot?.remove()
    }
    throw GuestRecordingError.neverBegan(console: console)
  }

  /// Runs a guest once; nil where the start marker was not reached.
  private func run(
    in workplace: GuestWorkplace, from snapshot: GuestSnapshot?, to receive: (RecordBlock) throws -> Void
  ) throws -> GuestStreamEnd? {
    let pipe = try DescriptorPair()
    defer { close(pipe.reading) }
    pipe.widen()
    let child = try start(in: workplace, from: snapshot, writingTo: pipe)
    let signals = SignalForwarding(to: child)
    defer { signals.end() }
    var converter = GuestStreamConverter()
    do {
      let rest = try read(pipe.reading, into: &converter, to: receive)
      child.send(signal: SIGKILL)
      _ = child.wait()
      guard converter.hasBegun else { return nil }
      let end = try converter.finish(rest: rest)
      if let problem = end.problem(console: workplace.lastLines) { throw problem }
      return end
    } catch {
      child.send(signal: SIGKILL)
      _ = child.wait()
      guard let problem = error as? GuestStreamError else { throw error }
      if case .cutShort = problem { throw GuestRecordingError.stopped(console: workplace.lastLines) }
      throw GuestRecordingError.stream(problem)
    }
  }

  private func start(
    in workplace: GuestWorkplace, from snapshot: GuestSnapshot?, writingTo pipe: DescriptorPair
  ) throws(GuestRecordingError) -> ChildProcess {
    // QEMU would make a terminal its own.
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer {
      close(pipe.writing)
      close(nothing)
    }
    let words = options.recording(
      setup: setup, workplace: workplace, descriptor: Self.descriptor, from: snapshot)
    do {
      return try ChildProcess(words, descriptors: [(pipe.writing, Self.descriptor), (nothing, STDIN_FILENO)])
    } catch {
      throw .notStarted(program: words[0], reason: error.reason)
    }
  }

  /// Reads to the end of the stream; returns the bytes left over, of a record without its end.
  private func read(
    _ descriptor: Int32, into converter: inout GuestStreamConverter, to receive: (RecordBlock) throws -> Void
  ) throws -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var filled = 0
    while true {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if !converter.hasBegun, poll(&request, 1, Self.patience) == 0 { return filled }
      let count = buffer.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return filled }
      filled += count
      let used = try buffer.withUnsafeBytes {
        try converter.convert(UnsafeRawBufferPointer(rebasing: $0[..<filled]), to: receive)
      }
      _ = buffer.withUnsafeMutableBytes { memmove($0.baseAddress!, $0.baseAddress! + used, filled - used) }
      filled -= used
    }
  }
}
