import Glibc

/// A result on its way to a file: it lies in its target's folder without a name, and takes the target's only when
/// whole. However the process ends before, nothing is left of it. Where the file system knows only files with names,
/// and for what cannot be made again, it has a temporary one until then. `-` is standard output; a device or pipe is
/// written in place.
final class OutputFile {
  /// Where to write; valid until the file is committed or dropped.
  let fileDescriptor: Int32
  /// The name for messages.
  let name: String
  private let target: String
  private let isInPlace: Bool
  /// The name that the file has before it takes the target's; nil where it has none.
  private var temporary: String?
  private var isOpen = true

  /// - Parameters:
  ///   - inputs: What the result is made from, none of which it may take the place of.
  ///   - isUnique: Whether it cannot be made again, so that what there is of it stays, as `.NAME.PID.partial`, where the
  ///     process is killed.
  init(_ path: String, from inputs: [String] = [], isUnique: Bool = false) throws(CommandFailure) {
    try Self.check(path, against: inputs)
    name = path == "-" ? "standard output" : path
    target = Self.resolved(path)
    isInPlace = path == "-" || Self.isInPlace(target)
    if path == "-" {
      fileDescriptor = STDOUT_FILENO
    } else if isInPlace {
      fileDescriptor = open(target, O_WRONLY | O_CLOEXEC)
    } else if !isUnique, let unnamed = Self.openUnnamed(in: Self.folder(of: target)) {
      fileDescriptor = unnamed
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
    guard isOpen, !isInPlace else { return }
    guard fsync(fileDescriptor) == 0 else { throw Self.failure(name) }
    let temporary = if let temporary { temporary } else { try named() }
    isOpen = false
    guard close(fileDescriptor) == 0 else { throw Self.failure(name) }
    guard rename(temporary, target) == 0 else { throw Self.failure(name) }
    self.temporary = nil
  }

  /// Gives the file a temporary name: a file without one cannot take one that another has, as the target's may be.
  private func named() throws(CommandFailure) -> String {
    let temporary = Self.temporaryName(beside: target)
    let unnamed = Self.path(of: fileDescriptor)
    guard linkat(AT_FDCWD, unnamed, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
      throw Self.failure(name)
    }
    self.temporary = temporary
    return temporary
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

  /// The file that a path leads to, through symbolic links too, so that the links stay.
  static func resolved(_ path: String) -> String {
    func real(_ path: String) -> String? {
      guard let real = realpath(path, nil) else { return nil }
      defer { free(real) }
      return String(cString: real)
    }
    let folder = folder(of: path)
    let realFolder = real(folder.isEmpty ? "." : String(folder)).map { $0 + "/" } ?? String(folder)
    return real(path) ?? realFolder + path.dropFirst(folder.count)
  }

  /// Whether something other than a regular file is there, which a rename must not replace.
  private static func isInPlace(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// A file without a name, which ends with the process unless it is given one; nil where there can be none.
  private static func openUnnamed(in folder: Substring) -> Int32? {
    // O_TMPFILE of <fcntl.h>, a macro that Swift does not see.
    let withoutName = 0o20_000_000 | O_DIRECTORY
    let descriptor = open(folder.isEmpty ? "." : String(folder), O_WRONLY | withoutName | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    if access(Self.path(of: descriptor), F_OK) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// By which an open file is given a name, where the system has `/proc`.
  private static func path(of descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

  /// Everything up to a path's last slash.
  private static func folder(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[...$0] } ?? ""
  }

  private static func temporaryName(beside path: String) -> String {
    let folder = folder(of: path)
    return "\(folder).\(path.dropFirst(folder.count)).\(getpid()).partial"
  }
}
