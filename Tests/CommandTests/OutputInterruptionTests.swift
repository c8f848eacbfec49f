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
    let process = try kill("export", by: SIGKILL, tool)
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(try tool.files() == ["out", "pipe"])
    #expect(try tool.read("out") == Data("an earlier result\n".utf8))
  }

  @Test func anImportWhoseSourceIsLostSaysSo() throws {
    let tool = try Tool()
    // What the system sends where a file that is mapped became shorter.
    let process = try kill("import", by: SIGBUS, tool)
    #expect(process.terminationReason == .exit && process.terminationStatus == 3)
    #expect(String(decoding: try tool.read(".messages"), as: UTF8.self).contains("became shorter"))
    #expect(try tool.files() == ["pipe"])
  }

  /// Runs a command until it reads a pipe, when the folder is as it was but for that, and ends it by a signal.
  private func kill(_ command: String, by signal: Int32, _ tool: borrowing Tool) throws -> Process {
    let pipe = tool.folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let before = try tool.files()
    let process = try tool.start([command, "pipe", "-o", "out"])
    let writer = open(pipe, O_WRONLY)
    try #require(writer >= 0)
    defer { close(writer) }
    #expect(try !Self.holdsUnnamedFiles || tool.files() == before)
    Glibc.kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process
  }

  /// Whether the folder for temporary files can hold some without a name (`O_TMPFILE`).
  private static let holdsUnnamedFiles: Bool = {
    let descriptor = open(
      FileManager.default.temporaryDirectory.path, O_WRONLY | O_DIRECTORY | 0o20_000_000, 0o600)
    guard descriptor >= 0 else { return false }
    return close(descriptor) == 0
  }()
}
