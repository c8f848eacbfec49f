import Glibc

/// A folder for the files of one guest: its memory and first file system, what its console says, and the files of a
/// recording.
final class GuestWorkplace {
  let folder: String
  var memory: String { folder + "/memory" }
  var archive: String { folder + "/archive" }
  var files: String { folder + "/files" }
  var console: String { folder + "/console" }

  /// Makes the folder, in memory where there is such a file system: the guest's memory is a file.
  init() throws(GuestRecordingError) {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/pagewalk-guest-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .noWorkplace(path: parent, reason: String(cString: strerror(errno)))
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for file in [memory, archive, files, console] { unlink(file) }
    rmdir(folder)
  }

  /// Writes one of its files.
  func write(_ bytes: [UInt8], to file: String) throws(GuestRecordingError) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .noWorkplace(path: file, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      guard count > 0 else { throw .noWorkplace(path: file, reason: String(cString: strerror(errno))) }
      written += count
    }
  }

  /// The last lines that the guest wrote to its console.
  var lastLines: String {
    let descriptor = open(console, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    lseek(descriptor, max(0, lseek(descriptor, 0, SEEK_END) - 2000), SEEK_SET)
    var buffer = [UInt8](repeating: 0, count: 2000)
    let count = max(0, read(descriptor, &buffer, buffer.count))
    let lines = String(decoding: buffer[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(8).joined(separator: "\n")
  }
}
