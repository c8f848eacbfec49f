import Glibc

/// Standard error: messages and progress, never data.
enum StandardError {
  /// Whether a person is reading.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes `text` as it is. What cannot be written here has nowhere else to go.
  static func print(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }

  static func printLine(_ line: String) { print(line + "\n") }

  /// What a reader of the result should know, a line each.
  static func printRemarks(_ remarks: [String]) {
    for remark in remarks { printLine("pagewalk: note: \(remark)") }
  }
}
