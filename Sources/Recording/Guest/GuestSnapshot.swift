import Glibc
import Importing
import Traces

/// A guest that was booted and waits for the files of a recording, kept as a file of QEMU's: many recordings go on from
/// there.
///
/// There is one for each kind of guest. A file that QEMU does not take, as after a change of its version, is removed and
/// made anew.
struct GuestSnapshot: Sendable {
  let path: String
  private let setup: GuestSetup
  private let options: GuestOptions

  /// What `init` writes to the console when it waits.
  private static let waiting = "pagewalk: waiting"
  /// How often the console is looked at. In microseconds.
  private static let pause: UInt32 = 20_000

  /// - Parameter system: The guest's first file system.
  init(of system: [UInt8], setup: GuestSetup, options: GuestOptions) {
    (self.setup, self.options) = (setup, options)
    var status = stat()
    stat(setup.kernel(levels: options.levels), &status)
    let kernel = "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    var hash = SHA256()
    hash.update(system)
    hash.update(Array((options.machine + [kernel]).joined(separator: "\n").utf8))
    path = "\(setup.snapshots)/\(SHA256.hexadecimal(hash.finish()).prefix(16))"
  }

  /// Boots a guest and keeps it, where there is none; false where none can be kept, as the folder is another user's.
  func make(of system: [UInt8]) throws -> Bool {
    guard access(path, R_OK) != 0 else { return true }
    mkdir(setup.snapshots, 0o755)
    guard access(setup.snapshots, W_OK) == 0 else { return false }
    let workplace = try GuestWorkplace()
    try workplace.write(system, to: workplace.archive)
    let partial = "\(path).\(getpid()).partial"
    defer { unlink(partial) }
    try keep(in: workplace, as: partial)
    guard rename(partial, path) == 0 else {
      throw GuestRecordingError.noWorkplace(path: path, reason: String(cString: strerror(errno)))
    }
    return true
  }

  func remove() { unlink(path) }

  private func keep(in workplace: GuestWorkplace, as file: String) throws {
    let commands = try DescriptorPair()
    let nothing = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { for descriptor in [commands.reading, commands.writing, nothing] { close(descriptor) } }
    let words = options.keeping(setup: setup, workplace: workplace)
    let child: ChildProcess
    do {
      child = try ChildProcess(
        words, descriptors: [(commands.reading, STDIN_FILENO), (nothing, STDOUT_FILENO)])
    } catch {
      throw GuestRecordingError.notStarted(program: words[0], reason: error.reason)
    }
    let signals = SignalForwarding(to: child)
    defer { signals.end() }
    let isWaiting = awaits(child, in: workplace)
    if isWaiting {
      let lines = Array("migrate \"file:\(file)\"\nquit\n".utf8)
      _ = lines.withUnsafeBytes { write(commands.writing, $0.baseAddress, $0.count) }
    } else {
      child.send(signal: SIGKILL)
    }
    _ = child.wait()
    guard isWaiting, access(file, R_OK) == 0 else {
      throw GuestRecordingError.neverBegan(console: workplace.lastLines)
    }
  }

  /// Waits for the guest to wait.
  private func awaits(_ child: ChildProcess, in workplace: GuestWorkplace) -> Bool {
    var left = GuestRecorder.patience
    while !workplace.lastLines.contains(Self.waiting) {
      guard left > 0, !child.hasEnded else { return false }
      usleep(Self.pause)
      left -= Int32(Self.pause / 1000)
    }
    return true
  }
}
