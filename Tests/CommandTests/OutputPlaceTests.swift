import Foundation
import Glibc
import Testing

/// An output comes where it was asked for, as any program's would.
@Suite struct OutputPlaceTests {
  @Test func anOutputHasThePermissionsOfAnyNewFile() throws {
    let tool = try exporting()
    let other = open(tool.folder.appending(path: "other").path, O_WRONLY | O_CREAT, 0o666)
    try #require(other >= 0)
    close(other)
    #expect(try tool("export", "t.pwt", "-o", "out").status == 0)
    #expect(try permissions("out", tool) == permissions("other", tool))
  }

  @Test func aLinkToAnOutputStaysAndLeadsToIt() throws {
    let tool = try exporting()
    let text = try tool("export", "t.pwt").output
    try FileManager.default.createDirectory(
      at: tool.folder.appending(path: "far"), withIntermediateDirectories: false)
    try tool.write("older", "far/out")
    for (link, end) in [("link", "far/out"), ("folder", "far")] {
      try FileManager.default.createSymbolicLink(
        atPath: tool.folder.appending(path: link).path, withDestinationPath: end)
    }
    #expect(try tool("export", "t.pwt", "-o", "link").status == 0)
    #expect(try tool.read("far/out") == text)
    #expect(try tool("export", "t.pwt", "-o", "folder/new").status == 0)
    #expect(try tool.read("far/new") == text)
    let linked = try FileManager.default.destinationOfSymbolicLink(
      atPath: tool.folder.appending(path: "link").path)
    #expect(linked == "far/out")
    #expect(try tool.files() == ["far", "folder", "link", "t.pwt"])
  }

  @Test func devicesAndPipesAreWrittenWhereTheyAre() throws {
    let tool = try exporting()
    let text = try tool("export", "t.pwt").output
    let pipe = tool.folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let process = try tool.start(["export", "t.pwt", "-o", "pipe"])
    #expect(try FileHandle(forReadingFrom: URL(filePath: pipe)).readToEnd() == text)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let replay = ["replay", "t.pwt", "--strategy", "native"]
    #expect(try tool.run(replay + ["--csv", "/dev/null", "--json", "/dev/null"]).status == 0)
    #expect(try tool.files() == ["pipe", "t.pwt"])
  }

  @Test func resultsAreReadFromAPipeToo() throws {
    let tool = try exporting()
    #expect(try tool("replay", "t.pwt", "--strategy", "native", "--csv", "r.csv").status == 0)
    let rows = try tool.read("r.csv")
    let pipe = tool.folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let process = try tool.start(["report", "pipe", "--json", "piped"])
    try FileHandle(forWritingTo: URL(filePath: pipe)).write(contentsOf: rows)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try tool("report", "r.csv", "--json", "direct").status == 0)
    #expect(try tool.read("piped") == tool.read("direct"))
  }

  @Test func everyReportOfOneReplayComesInItsFile() throws {
    let tool = try exporting()
    let replay = ["replay", "t.pwt", "--strategy", "native"]
    let outcome = try tool.run(replay + ["--csv", "a", "--json", "b", "--markdown", "-"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("| native"))
    #expect(String(decoding: try tool.read("a"), as: UTF8.self).contains("schema_version,"))
    #expect(try JSONSerialization.jsonObject(with: try tool.read("b")) is [String: Any])
    #expect(try tool.files() == ["a", "b", "t.pwt"])
  }

  /// A tool in a folder with a trace.
  private func exporting() throws -> Tool {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    return tool
  }

  private func permissions(_ name: String, _ tool: borrowing Tool) throws -> mode_t {
    var status = stat()
    try #require(stat(tool.folder.appending(path: name).path, &status) == 0)
    return status.st_mode & 0o7777
  }
}
