/// What a command throws to end with one line on standard error and a status.
struct CommandFailure: Error, CustomStringConvertible {
  let status: ExitStatus
  /// One line: `FILE: what (where): what to do`.
  let description: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    description = message
  }

  /// The failure of `file`, where `error` says what, where and what to do.
  init(_ status: ExitStatus, file: String, _ error: any Error) {
    self.init(status, "\(file == "-" ? "standard input" : file): \(error)")
  }
}
