import Glibc

/// Files read whole: results and costs. Traces are read by their own streaming reader.
enum InputFile {
  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// Whether a path names a file that can be read from its end, and more than once.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a file starts as SQLite's do, which no text does.
  static func isStore(_ path: String) -> Bool {
    let descriptor = isRegular(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let magic = Array("SQLite format 3\0".utf8)
    var bytes = [UInt8](repeating: 0, count: magic.count)
    return bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) } == magic.count
      && bytes == magic
  }

  /// The text of a file.
  static func text(_ path: String) throws(CommandFailure) -> String {
    guard let text = String(validating: try read(path), as: UTF8.self) else {
      throw CommandFailure(.badData, "\(path): not UTF-8 text: give a text file")
    }
    return text
  }

  private static func failure(_ path: String, _ error: Int32 = errno) -> CommandFailure {
    let reason = String(cString: strerror(error))
    return CommandFailure(.noInput, "\(path): cannot read (\(reason)): give a file that may be read")
  }
}
