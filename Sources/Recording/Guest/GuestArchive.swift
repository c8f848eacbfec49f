import Glibc

/// A file system in the form in which Linux takes its first one: a cpio archive of the "newc" kind
/// (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel).
struct GuestArchive {
  private(set) var bytes: [UInt8] = []
  private var files: UInt32 = 0

  private static let directory: UInt32 = 0o040755
  private static let executable: UInt32 = 0o100755
  private static let characterDevice: UInt32 = 0o020600

  mutating func addDirectory(_ name: String) { add(name, mode: Self.directory, []) }

  /// Adds a file of less than 4 GiB, which is as much as the archive can say.
  mutating func addFile(_ name: String, _ contents: [UInt8]) { add(name, mode: Self.executable, contents) }

  /// Adds a device by its numbers.
  mutating func addDevice(_ name: String, major: UInt32, minor: UInt32) {
    add(name, mode: Self.characterDevice, [], device: (major, minor))
  }

  /// Adds the archive's end.
  mutating func close() { add("TRAILER!!!", mode: 0, []) }

  private mutating func add(
    _ name: String, mode: UInt32, _ contents: [UInt8], device: (major: UInt32, minor: UInt32) = (0, 0)
  ) {
    files += 1
    // Number, mode, user, group, links, time, size, device, device of the file, size of the name, checksum.
    let fields = [
      files, mode, 0, 0, 1, 0, UInt32(contents.count), 0, 0, device.major, device.minor,
      UInt32(name.utf8.count) + 1, 0,
    ]
    bytes += Array("070701".utf8)
    for field in fields { bytes += Array(Self.hexadecimal(field).utf8) }
    bytes += Array(name.utf8) + [0]
    pad()
    bytes += contents
    pad()
  }

  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  private static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
