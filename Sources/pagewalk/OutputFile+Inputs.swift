import Glibc

// What an output may not take the place of.
extension OutputFile {
  /// Refuses an output that leads to a file which is read.
  ///
  /// - Throws: A failure of status ``ExitStatus/usage``.
  static func check(_ path: String, against inputs: [String]) throws(CommandFailure) {
    guard let input = inputs.first(where: { isOneFile(path, $0) }) else { return }
    let which = input == path ? "read" : "\(input), which is read"
    throw CommandFailure(.usage, "\(path): is \(which), and would not stay as it is: name another output")
  }

  /// Whether two paths lead to one regular file, or would if one were there; `-` leads to none.
  static func isOneFile(_ path: String, _ other: String) -> Bool {
    guard path != "-", other != "-" else { return false }
    var (one, two) = (stat(), stat())
    guard stat(path, &one) == 0, stat(other, &two) == 0 else { return resolved(path) == resolved(other) }
    return one.st_mode & S_IFMT == S_IFREG && one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }
}
