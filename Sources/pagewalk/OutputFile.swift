import Glibc

/// A result on its way to a file: it stands beside its target under a temporary name, and takes the target's
/// name only when whole. Dropped without ``commit()``, it is removed. `-` is standard output; a device or
/// pipe is written in place.
final class OutputFile {
  /// Where to write; valid until the file is committed or dropped.
  let fileDescriptor: Int32
  /// The name for messages.
  let name: String
  private let target: String
  /// Nil where the target is written in place.
  private var temporary: String?
  private var isOpen = true

  /// - Parameter inputs: What the result is made from, none of which it may take the place of.
  init(_ path: String, from inputs: [String] = []) throws(CommandFailure) {
    if let input = inputs.first(where: { Self.isSameFile(path, $0) }) {
      throw CommandFailure(
        .usage,
        "\(path): is \(input == path ? "read" : "\(input), which is read"), and would be lost: name another output"
      )
    }
    name = path == "-" ? "standard output" : path
    target = Self.resolved(path)
    if path == "-" {
      fileDescriptor = STDOUT_FILENO
    } else if Self.isInPlace(target) {
      fileDescriptor = open(target, O_WRONLY | O_CLOEXEC)
    } else {
      let temporary = Self.temporaryName(beside: target)
      fileDescriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if fileDescriptor >= 0 { self.temporary = temporary }
    }
    if fileDescriptor < 0 {
      isOpen = false
      throw Self.failure(name)
    }
  }

  deinit {
    if isOpen, fileDescriptor != STDOUT_FILENO { close(fileDescriptor) }
    if let temporary { unlink(temporary) }
  }

  /// Writes the whole of `text`.
  func write(_ text: String) throws(CommandFailure) {
    var text = text
    let error = text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Glibc.write(
          fileDescriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if written < 0, errno != EINTR { return errno }
        offset += max(0, written)
      }
      return 0
    }
    if error != 0 { throw Self.failure(name, error) }
  }

  /// Makes the file permanent, and gives it its name.
  func commit() throws(CommandFailure) {
    guard isOpen, fileDescriptor != STDOUT_FILENO else { return }
    guard let temporary else { return }
    guard fsync(fileDescriptor) == 0 else { throw Self.failure(name) }
    isOpen = false
    guard close(fileDescriptor) == 0 else { throw Self.failure(name) }
    guard rename(temporary, target) == 0 else { throw Self.failure(name) }
    self.temporary = nil
  }

  /// Writes `text` as the whole of a file.
  static func write(_ text: String, to path: String) throws(CommandFailure) {
    let file = try OutputFile(path)
    try file.write(text)
    try file.commit()
  }

  private static func failure(_ name: String, _ error: Int32 = errno) -> CommandFailure {
    let help = error == ENOSPC || error == EDQUOT ? "free some space" : "choose another place"
    return CommandFailure(
      .cannotWrite, "\(name): cannot write (\(String(cString: strerror(error)))): \(help)")
  }

  /// The file that a symbolic link leads to, so that the link stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whether two paths, neither of which is `-`, lead to one regular file.
  private static func isSameFile(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard path != "-", other != "-", stat(path, &one) == 0, stat(other, &two) == 0 else { return false }
    return one.st_mode & S_IFMT == S_IFREG && one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }

  /// Whether something other than a regular file is there, which a rename must not replace.
  private static func isInPlace(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  private static func temporaryName(beside path: String) -> String {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { path[...$0] } ?? ""
    let file = slash.map { path[path.index(after: $0)...] } ?? path[...]
    return "\(directory).\(file).\(getpid()).partial"
  }
}
