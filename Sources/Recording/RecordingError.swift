import Addressing

/// What can go wrong while recording a program.
public enum RecordingError: Error, Hashable, Sendable {
  /// There is no valgrind on the search path.
  case valgrindMissing
  /// Valgrind could not be started; the reason is the system's.
  case notStarted(reason: String)
  /// Valgrind started and recorded nothing; how it ended.
  case nothingRecorded(outcome: String)
  /// The program ended before as many accesses as were to be skipped. In accesses.
  case skippedAll(skip: UInt64, made: UInt64)
}

extension RecordingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .valgrindMissing:
      "valgrind is needed to record a program, and is not installed; try: apt-get install valgrind"
    case .notStarted(let reason):
      "valgrind could not be started: \(reason)"
    case .nothingRecorded(let outcome):
      "nothing was recorded: valgrind \(outcome); is the command right, and can valgrind run it?"
    case .skippedAll(let skip, let made):
      "nothing was recorded: the program made \(made.counting("access", "accesses")), and \(skip) were to be skipped"
    }
  }
}
