import Glibc

/// What becomes of a file that another program shortens, or whose device fails, while it is read where the kernel keeps
/// it: the system says so by SIGBUS alone.
enum LostInput {
  /// Has SIGBUS end the process with one line on standard error and the status of bad data.
  static func endWithMessage() {
    // A handler may do no more than the system's own calls (signal-safety(7)).
    signal(SIGBUS) { _ in
      let message: StaticString =
        "pagewalk: an input became shorter or unreadable while it was read: try again when it is whole\n"
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(ExitStatus.badData.rawValue)
    }
  }
}
