import Foundation
import Glibc
import Testing

/// A run that ends before its output is whole leaves the folder as it was.
@Suite struct OutputInterruptionTests {
  @Test(
    .enabled(if: holdsUnnamedFiles, "files without names need a file system that knows them"))
  func nothingIsLeftOfAnOutputWhenTheToolIsKilled() throws {
    let tool = try Tool()
    try tool.write("an earlier result\n", "out")
    let pipe = tool.folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let process = try tool.start(["export", "pipe", "-o", "out"])
    // Waits until the tool reads, which it does when its output is open.
    let writer = open(pipe, O_WRONLY)
    try #require(writer >= 0)
    defer { close(writer) }
    #expect(try tool.files() == ["out", "pipe"])
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(try tool.files() == ["out", "pipe"])
    #expect(try tool.read("out") == Data("an earlier result\n".utf8))
  }

  @Test func anImportWhoseSourceIsLostSaysSo() throws {
    let tool = try Tool()
    let pipe = tool.folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let process = try tool.start(["import", "pipe", "-o", "out"])
    // Waits until the tool reads.
    let writer = open(pipe, O_WRONLY)
    try #require(writer >= 0)
    defer { close(writer) }
    // What the system sends where a file that is mapped became shorter.
    kill(process.processIdentifier, SIGBUS)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 3)
    #expect(String(decoding: try tool.read(".messages"), as: UTF8.self).contains("became shorter"))
    #expect(try tool.files() == ["pipe"])
  }

  /// Whether the folder for temporary files can hold some without a name (`O_TMPFILE`).
  private static let holdsUnnamedFiles: Bool = {
    let descriptor = open(
      FileManager.default.temporaryDirectory.path, O_WRONLY | O_DIRECTORY | 0o20_000_000, 0o600)
    guard descriptor >= 0 else { return false }
    return close(descriptor) == 0
  }()
}
