public import Glibc

/// A program that was started and is waited for.
public struct ChildProcess: Sendable {
  public let id: pid_t

  /// How a program ended.
  public enum Outcome: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    public var description: String {
      switch self {
      case .exited(let status): "ended with status \(status)"
      case .killed(let signal): "was ended by signal \(signal)"
      }
    }
  }

  /// Why a program could not be started.
  public struct StartError: Error, Hashable, Sendable {
    /// The system's error number; `ENOENT` where there is no such program.
    public var number: Int32
    public var isMissing: Bool { number == ENOENT }
    public var reason: String { String(cString: strerror(number)) }
  }

  /// Starts a program found on the search path.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - descriptors: which of our descriptors it gets, under which numbers; besides those it inherits what is
  ///     not closed on exec.
  public init(_ words: [String], descriptors: [(ours: Int32, its: Int32)]) throws(StartError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (ours, its) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, its) }
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var id: pid_t = 0
    let number = posix_spawnp(&id, words[0], &actions, nil, &pointers, environ)
    guard number == 0 else { throw StartError(number: number) }
    self.id = id
  }

  /// Waits until the program has ended. Once only.
  public func wait() -> Outcome {
    var status: Int32 = 0
    _ = retryingOnSignals { Int(waitpid(id, &status, 0)) }
    return Self.outcome(status)
  }

  /// Whether the program has ended; it must still be waited for.
  public var hasEnded: Bool {
    var information = siginfo_t()
    let flags = WEXITED | WNOHANG | WNOWAIT
    return waitid(P_PID, id_t(id), &information, flags) == 0 && information.si_signo == SIGCHLD
  }

  public func send(signal: Int32) { kill(id, signal) }

  /// wait(2): the low seven bits are the signal, 0 for a program that exited with the status in the next eight.
  private static func outcome(_ status: Int32) -> Outcome {
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
  }
}
