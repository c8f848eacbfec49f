/// What can go wrong while recording a whole guest.
public enum GuestRecordingError: Error, Hashable, Sendable {
  /// A file that `script/setup-guest` makes is not there.
  case notSetUp(missing: String)
  /// A program that is needed is not on the search path, or could not be started; the reason is the system's.
  case notStarted(program: String, reason: String)
  /// A file that goes into the guest cannot be read.
  case unreadable(file: String, reason: String)
  /// A file that goes into the guest is larger than its memory may be. In bytes.
  case tooLarge(file: String, limit: Int)
  /// A program that needs shared libraries, of which the guest has none.
  case dynamicallyLinked(file: String)
  /// A file or a folder for the recording cannot be made.
  case noWorkplace(path: String, reason: String)
  /// The guest never reached the start marker; the last lines that it wrote.
  case neverBegan(console: String)
  /// The guest stopped before the program ended; the last lines that it wrote.
  case stopped(console: String)
  /// The stream of the recorder is not what it must be.
  case stream(GuestStreamError)
  /// The recorder did not find something without which a trace lacks accesses or events.
  case notFound(Part)
  /// The tables as recorded are not those of the guest. In entries.
  case tablesDiffer(loads: UInt64, entries: UInt64)

  /// What the recorder looks for before it begins.
  public enum Part: Sendable {
    /// Where the guest's kernel handles page faults.
    case faultHandler
    /// Where QEMU has the guest's memory.
    case memory
  }
}

extension GuestRecordingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSetUp(let missing):
      "guests cannot be recorded yet: there is no \(missing); run script/setup-guest"
    case .notStarted(let program, let reason):
      "\(program) could not be started: \(reason); run script/setup-guest"
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .tooLarge(let file, let limit):
      "\(file): has more than \(limit >> 20) MiB, which no guest has room for"
    case .dynamicallyLinked(let file):
      "\(file): needs shared libraries, and the guest has none; link it with -static"
    case .noWorkplace(let path, let reason):
      "\(path): cannot be made: \(reason)"
    case .neverBegan(let console):
      "the guest did not start the program; the last it wrote:\n\(console)"
    case .stopped(let console):
      "the guest stopped before the program ended; the last it wrote:\n\(console)"
    case .stream(let error):
      error.description
    case .notFound(.faultHandler):
      "the recorder did not find where the guest's kernel handles page faults, which would be missing from the trace: "
        + "it is not where Linux's interrupt table is looked for"
    case .notFound(.memory):
      "the recorder did not find where QEMU has the guest's memory, and the real addresses of code would be missing "
        + "from the trace: this is a mistake of the recorder, or QEMU is another than script/setup-guest installs"
    case .tablesDiffer(let loads, let entries):
      "the recorded page tables are not the guest's (\(loads) entries when loaded, \(entries) at the end): "
        + "this is a mistake of the recorder; the trace is not kept"
    }
  }
}
