import Glibc

/// What `script/setup-guest` makes: a kernel, a static busybox, the recorder and the guest's first programs.
public struct GuestSetup: Sendable {
  /// The folder that holds it.
  public let folder: String

  /// The kernel as it starts fastest, and packed: with tables of five levels it must unpack itself, as it is there that
  /// it turns to them (Linux, Documentation/arch/x86/x86_64/5level-paging.rst).
  func kernel(levels: Int) -> String { folder + (levels == 5 ? "/vmlinuz" : "/vmlinux") }
  var recorder: String { folder + "/recorder.so" }
  /// The folder of guests that were booted and kept.
  var snapshots: String { folder + "/snapshots" }
  private static let programs = [
    ("busybox", "bin/busybox"), ("record-run", "bin/record-run"), ("receive", "bin/receive"),
    ("init", "init"),
  ]

  /// Finds the parts in `folder`.
  public init(folder: String) throws(GuestRecordingError) {
    self.folder = folder
    let parts = [kernel(levels: 4), kernel(levels: 5), recorder] + Self.programs.map { "\(folder)/\($0.0)" }
    for part in parts where access(part, R_OK) != 0 { throw .notSetUp(missing: part) }
  }

  /// The guest's first file system: its programs.
  func system() throws(GuestRecordingError) -> [UInt8] {
    var archive = GuestArchive()
    for name in ["bin", "dev", "proc", "sys", "tmp", "work"] { archive.addDirectory(name) }
    archive.addDevice("dev/console", major: 5, minor: 1)
    for (name, place) in Self.programs { archive.addFile(place, try Self.read("\(folder)/\(name)")) }
    archive.close()
    return archive.bytes
  }

  /// The files of a recording: those in `files`, and the command as a script that runs it.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments. Where it names a file of ours, the file goes along; else it must be
  ///     one of busybox's programs.
  ///   - files: files of ours that the program needs; they lie in its working folder.
  func archive(command: [String], files: [String]) throws(GuestRecordingError) -> [UInt8] {
    var archive = GuestArchive()
    var words = command
    var copied = files
    if let program = command.first, Self.isFile(program) {
      words[0] = "./" + Self.lastComponent(program)
      copied.append(program)
    }
    for file in copied {
      let contents = try Self.read(file)
      if Self.isDynamicallyLinked(contents) { throw .dynamicallyLinked(file: file) }
      archive.addFile("work/" + Self.lastComponent(file), contents)
    }
    let script = "exec " + words.map(Self.quoted).joined(separator: " ") + "\n"
    archive.addFile("command", Array(script.utf8))
    archive.close()
    return archive.bytes
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  private static func read(_ path: String) throws(GuestRecordingError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    // A device or a pipe may never end.
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(file: path, reason: "it is no regular file")
    }
    let limit = GuestOptions.memoryRange.upperBound << 20
    guard status.st_size <= limit else { throw .tooLarge(file: path, limit: limit) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
      if count == 0 { return contents }
      guard contents.count + count <= limit else { throw .tooLarge(file: path, limit: limit) }
      contents += buffer[..<count]
    }
  }

  /// Whether a 64-bit ELF file names an interpreter (a program header of type PT_INTERP, 3).
  private static func isDynamicallyLinked(_ bytes: [UInt8]) -> Bool {
    func number(_ at: Int, _ count: Int) -> Int {
      guard at >= 0, at + count <= bytes.count else { return 0 }
      return bytes[at..<at + count].reversed().reduce(0) { ($0 & 0xff_ffff_ffff) << 8 | Int($1) }
    }
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2]) else { return false }
    let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
    return start < bytes.count && (0..<count).contains { number(start + $0 * size, 4) == 3 }
  }
}
