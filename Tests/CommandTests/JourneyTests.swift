import Foundation
import Testing

/// The way of a user from a trace of ten lines to a table, and what must not matter on it.
@Suite struct JourneyTests {
  private static let twoMachines = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "traces/two-vms.txt")

  /// The lines of a CSV but for its header of provenance.
  private func body(_ csv: Data) -> [Substring] {
    String(decoding: csv, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  @Test func tenLinesOfTextBecomeResultsThatCanBeCostedAgain() throws {
    let tool = try Tool()
    try tool.write(try Data(contentsOf: Self.twoMachines), "two-vms.txt")
    #expect(try tool("import", "two-vms.txt", "-o", "two.pwt").status == 0)
    #expect(try tool("info", "two.pwt").text.contains("6: 2 fetch, 2 load, 2 store"))
    #expect(try tool("verify", "two.pwt").text.contains("whole and legal"))
    let replay = try tool("replay", "two.pwt", "--csv", "r.csv")
    #expect(replay.status == 0)
    #expect(replay.messages == "")
    for strategy in ["native", "shadow", "nested", "real-map"] { #expect(replay.text.contains(strategy)) }

    let rows = body(try tool.read("r.csv"))
    #expect(rows.count == 5)
    #expect(try tool("report", "r.csv", "--csv", "again.csv").text == replay.text)
    #expect(body(try tool.read("again.csv")) == rows)
  }

  /// The lines of a text that stand indented below one that starts with `head`, without their spaces.
  private func indented(_ text: String, below head: String) throws -> [[Substring]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix(head) })
    let block = lines[(start + 1)...].drop { $0.isEmpty }.prefix { $0.hasPrefix("      ") }
    return block.map { $0.split(separator: " ") }
  }

  @Test func theTableOfTheReadmesTenLinesIsTheToolsOwn() throws {
    let readme = try String(
      contentsOf: Self.twoMachines.deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "README.md"), encoding: .utf8)
    let promised = try indented(readme, below: "    pagewalk replay two-vms.pwt --machine textbook")
    #expect(promised.count == 3)
    let tool = try Tool()
    try tool.write(try Data(contentsOf: Self.twoMachines), "two-vms.txt")
    #expect(try tool("import", "two-vms.txt", "-o", "two-vms.pwt").status == 0)
    let replay = try tool(
      "replay", "two-vms.pwt", "--machine", "textbook", "--strategy", "native,nested")
    let shown = replay.text.split(separator: "\n").map { $0.split(separator: " ") }
    for line in promised { #expect(shown.contains(line), "\(line.joined(separator: " "))") }
  }

  @Test func whatSegmentsTouchedAddsUpAsTheirFaultsDo() throws {
    let tool = try Tool()
    for (name, pages) in [("one", 3), ("two", 5)] {
      let stores = (0..<pages).map { "store \(0x10000 + $0 * 4096) 8\n" }.joined()
      try tool.write("map 0x10000 64K rw anonymous\n" + stores, "\(name).txt")
      #expect(try tool("import", "\(name).txt", "-o", "\(name).pwt").status == 0)
    }
    try tool.write(try tool.read("one.pwt") + tool.read("two.pwt"), "both.pwt")
    let rows = body(
      try tool("replay", "both.pwt", "--strategy", "native", "--guest-page", "4K", "--csv", "-").output)
    let names = rows[0].split(separator: ",", omittingEmptySubsequences: false)
    let values = rows[1].split(separator: ",", omittingEmptySubsequences: false)
    func value(_ name: String) throws -> Substring { values[try #require(names.firstIndex { $0 == name })] }
    #expect(try value("footprint_bytes") == "\(8 * 4096)")
    #expect(try value("faults_not_present") == "8")
  }

  @Test func aReportUnderOtherCostsIsTheReplayUnderThem() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write("# dearer exits\nexit: 5000 [M] a note of ours\nwalk_reference: 20\n", "costs")
    #expect(try tool("replay", "t.pwt", "--csv", "r.csv").status == 0)
    #expect(try tool("replay", "t.pwt", "--csv", "dear.csv", "--cost", "costs").status == 0)
    #expect(try tool("report", "r.csv", "--csv", "again.csv", "--cost", "costs").status == 0)
    #expect(body(try tool.read("again.csv")) == body(try tool.read("dear.csv")))
    #expect(body(try tool.read("again.csv")) != body(try tool.read("r.csv")))
  }

  @Test func resultsDoNotDependOnThreadsOrPipes() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    // Many segments are many blocks, which are decoded side by side.
    try tool.write((0..<12).reduce(into: Data()) { all, _ in all += trace }, "t.pwt")
    let options = ["--csv", "-", "--guest-page", "4K,2M", "--interval", "1700", "--warmup", "500"]
    let alone = try tool.run(["replay", "t.pwt", "--jobs", "1"] + options)
    #expect(alone.status == 0, "\(alone.messages)")
    #expect(body(alone.output).count > 40)
    for jobs in ["2", "4", "4"] {
      let outcome = try tool.run(["replay", "t.pwt", "--jobs", jobs] + options)
      #expect(body(outcome.output) == body(alone.output), "\(jobs) jobs")
    }
    let piped = try tool.run(["replay", "-"] + options, input: try tool.read("t.pwt"))
    #expect(piped.status == 0, "\(piped.messages)")
    let renamed = body(piped.output).map {
      String($0).replacing("1,-,", with: "1,t.pwt,", maxReplacements: 1)
    }
    #expect(renamed == body(alone.output).map(String.init))
  }

  @Test func eventsBehindTheLastAccessOfASegmentAreNotReplayed() throws {
    let tool = try Tool()
    let program = """
      map 0x10000 64K rw anonymous
      store 0x10008 8
      store 0x11008 8
      load 0x12000 8

      """
    try tool.write(Data(program.utf8), "program.txt")
    try tool.write(Data((program + "unmap 0x10000 64K\n").utf8), "ended.txt")
    for name in ["program", "ended"] {
      #expect(try tool("import", "\(name).txt", "-o", "\(name).pwt").status == 0)
    }
    func counts(_ rows: [Substring]) throws -> [String] {
      // From the accesses on, that is without the trace's name and digest.
      let start = try #require(rows.first?.split(separator: ",").firstIndex(of: "accesses"))
      return rows.map {
        $0.split(separator: ",", omittingEmptySubsequences: false)[start...].joined(separator: ",")
      }
    }
    let options = ["--csv", "-", "--jobs", "1"]
    let expected = try counts(body(try tool.run(["replay", "program.pwt"] + options).output))
    #expect(expected.count == 5)
    #expect(try counts(body(try tool.run(["replay", "ended.pwt"] + options).output)) == expected)
    let ended = try tool.read("ended.pwt")
    #expect(try counts(body(try tool.run(["replay", "-"] + options, input: ended).output)) == expected)

    try tool.write(ended + ended, "twice.pwt")
    try tool.write(try tool.read("program.pwt") + ended, "once.pwt")
    #expect(
      try counts(body(try tool.run(["replay", "twice.pwt"] + options).output))
        == counts(body(try tool.run(["replay", "once.pwt"] + options).output)))
  }

  @Test func machinesThatShareOneHaveARowEach() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "a.pwt")
    try tool.write(try SampleTrace.bytes(), "b.pwt")
    let shared = try tool(
      "replay", "a.pwt", "b.pwt", "--strategy", "nested", "--set", "vm.quantum=100", "--csv", "-")
    let each = try tool("replay", "a.pwt", "b.pwt", "--strategy", "nested", "--each", "--csv", "-")
    #expect(body(shared.output).count == 3)
    #expect(body(each.output).count == 3)
    #expect(body(shared.output) != body(each.output))
  }

  @Test func aMachineFileAndSettingsGiveTheSameMachine() throws {
    let tool = try Tool()
    try tool.write("base: textbook\nl2: 1024x8\nl1d:\n  4K: 32x4\n", "small.yaml")
    func digest(_ arguments: String...) throws -> Substring? {
      try tool.run(["presets", "show"] + arguments).text.split(separator: "\n").first {
        $0.hasPrefix("digest")
      }
    }
    let fromFile = try digest("./small.yaml")
    #expect(fromFile != nil)
    #expect(try digest("textbook", "--set", "l2=1024x8", "--set", "l1d.4K=32x4") == fromFile)
    #expect(try digest("textbook") != fromFile)
    let shown = try tool("presets", "show", "--set", "l2=1536x12").text
    #expect(shown.contains(#/\n\*? +l2 +1536x12 +1536 +12 +128 /#))
  }
}
