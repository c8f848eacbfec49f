import Foundation
import Testing

/// Where nothing can be written, one line says so; what was there before stays, and nothing half-made appears.
@Suite struct FullDiskTests {
  /// Commands that write, each up to the name of its output.
  private static let writers: [[String]] = [
    ["import", "sample.txt", "-o"], ["export", "t.pwt", "-o"], ["cut", "t.pwt", "-o"],
    ["cat", "t.pwt", "t.pwt", "-o"], ["cat", "--join", "t.pwt", "-o"], ["replay", "t.pwt", "--csv"],
    ["replay", "t.pwt", "--json"], ["curve", "t.pwt", "--csv"],
    ["report", "r.csv", "--csv"], ["report", "r.csv", "--markdown"],
  ]

  private func prepared() throws -> Tool {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write(SampleTrace.text, "sample.txt")
    try #require(try tool("replay", "t.pwt", "--csv", "r.csv").status == 0)
    return tool
  }

  @Test(arguments: writers)
  func aDeviceThatIsFullIsReported(command: [String]) throws {
    let tool = try prepared()
    try tool.expectMistake(command + ["/dev/full"], status: 6, says: ["/dev/full: ", "No space left"])
  }

  @Test(arguments: [
    ["info", "t.pwt"], ["info", "--json", "t.pwt"], ["verify", "t.pwt"], ["verify", "--help"], ["metrics"],
    ["presets"], ["strategies"], ["replay", "t.pwt"], ["info", "t.pwt", "t.pwt"],
    ["verify", "t.pwt", "t.pwt"],
  ])
  func aStandardOutputThatIsFullIsReportedOnce(command: [String]) throws {
    let tool = try prepared()
    let process = try tool.start(command, output: URL(filePath: "/dev/full"))
    process.waitUntilExit()
    #expect(process.terminationStatus == 6)
    let messages = String(decoding: try tool.read(".messages"), as: UTF8.self)
    #expect(messages.hasPrefix("pagewalk: standard output: cannot write (No space left"))
    #expect(messages.split(separator: "\n").count == 1)
  }

  @Test(arguments: writers)
  func placesThatCannotBeWrittenAreReported(command: [String]) throws {
    let tool = try prepared()
    for place in ["nowhere/out", ".", "/proc/out"] {
      try tool.expectMistake(command + [place], status: 6, says: ["\(place): ", "cannot write"])
    }
  }

  @Test(.enabled(if: SmallDisk.canMount, "only root mounts file systems"), arguments: writers)
  func aFullDiskLeavesWhatWasThereAndNothingElse(command: [String]) throws {
    let tool = try prepared()
    let disk = try SmallDisk(at: tool.folder.appending(path: "disk"))
    for name in ["disk/out", "disk/new"] {
      try tool.expectMistake(command + [name], status: 6, says: ["\(name): ", "No space left"])
      #expect(try disk.files() == ["filler", "out"])
    }
    #expect(try tool.read("disk/out") == Data(SmallDisk.earlier.utf8))
  }
}

/// A file system in memory with no room left: an earlier result, and a file that takes the rest.
private final class SmallDisk {
  static let earlier = "an earlier result\n"
  let folder: URL

  /// Whether this process may mount.
  static let canMount: Bool = {
    let probe = FileManager.default.temporaryDirectory.appending(path: "pagewalk-mount-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: probe) }
    return geteuid() == 0 && (try? SmallDisk(at: probe)) != nil
  }()

  init(at folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard mount("pagewalk-test", folder.path, "tmpfs", 0, "size=16k") == 0 else { throw POSIXError(.EPERM) }
    self.folder = folder
    try Data(Self.earlier.utf8).write(to: folder.appending(path: "out"))
    let filler = open(folder.appending(path: "filler").path, O_WRONLY | O_CREAT, 0o600)
    while write(filler, String(repeating: "x", count: 512), 512) > 0 {}
    close(filler)
  }

  deinit { umount(folder.path) }

  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}
