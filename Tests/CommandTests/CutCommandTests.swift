import Foundation
import Testing

/// Parts of traces, by owner, address, phase and position, replay like what they are parts of.
@Suite struct CutCommandTests {
  private func lines(_ tool: borrowing Tool, _ trace: String) throws -> [Substring] {
    try tool("export", trace).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  @Test func machinesCutOutOfTheirTraceReplayAsTheyDidInIt() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    for machine in ["0", "1"] {
      #expect(try tool("cut", "t.pwt", "--vm", machine, "-o", "\(machine).pwt").status == 0)
    }
    #expect(try tool("info", "0.pwt").text.contains("records       500"))
    #expect(try tool("info", "1.pwt").text.contains("cut --vm 1"))
    // The trace gives each machine turns of 100.
    let whole = try ReplayTable(tool, "t.pwt")
    let parts = try ReplayTable(tool, "0.pwt", "1.pwt", "--set", "vm.quantum=100")
    for column in ["l1d_misses", "l2_misses", "walks", "walk_references", "faults", "table_stores"]
      as [Substring]
    {
      let halves = try parts.counts(column)
      #expect(
        try whole.counts(column) == stride(from: 0, to: 8, by: 2).map { halves[$0] + halves[$0 + 1] },
        "\(column)")
    }
  }

  @Test func skipAndLimitCountWhatTheChoiceLeaves() throws {
    let tool = try Tool()
    try tool.write(
      (0..<100).map { "process \($0 % 2) load \($0 * 4096) 8\n" }.joined(), "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    _ = try tool("cut", "t.pwt", "--process", "1", "--skip", "10", "--limit", "3", "-o", "a.pwt")
    #expect(try lines(tool, "a.pwt") == ["process 1 load 0x15000 8", "load 0x17000 8", "load 0x19000 8"])
    _ = try tool("cut", "t.pwt", "--range", "0x15000-0x18000", "--process", "1", "-o", "b.pwt")
    #expect(try lines(tool, "b.pwt") == ["process 1 load 0x15000 8", "load 0x17000 8"])
  }

  @Test func whatWasSkippedBeyondEveryNumberIsToldAsTheLargest() throws {
    let tool = try Tool()
    try tool.write(SampleTrace.text, "sample.txt")
    _ = try tool("import", "sample.txt", "--skip", "5", "-o", "t.pwt")
    // A pipe does not tell how much it holds.
    let trace = try tool.read("t.pwt")
    #expect(try tool("cut", "-", "--skip", "\(UInt64.max)", "-o", "a.pwt", input: trace).status == 0)
    #expect(try tool("info", "a.pwt").text.contains("skipped       18,446,744,073,709,551,615 records"))
  }

  @Test func aSegmentCutOutIsTheTraceThatItWas() throws {
    let tool = try Tool()
    for (name, page) in [("a", 1), ("b", 2), ("c", 3)] {
      try tool.write((0..<page * 10).map { "load \(page << 20 + $0 * 8) 8\n" }.joined(), "\(name).txt")
      _ = try tool("import", "\(name).txt", "-o", "\(name).pwt", "--note", "of \(name)")
    }
    _ = try tool("cat", "a.pwt", "b.pwt", "c.pwt", "-o", "all.pwt")
    let info = try tool("info", "all.pwt").text
    for (number, name) in ["a", "b", "c"].enumerated() {
      #expect(info.contains("segment \(number): \(number + 1)0 records"))
      #expect(try tool("cut", "all.pwt", "--segment", "\(number)", "-o", "part.pwt").status == 0)
      #expect(try lines(tool, "part.pwt") == lines(tool, "\(name).pwt"))
      let part = try tool("info", "part.pwt").text
      #expect(part.contains("of \(name); cut --segment \(number)\n") && !part.contains("segment 0:"))
    }
    // What is skipped is of the segment.
    _ = try tool("cut", "all.pwt", "--segment", "1", "--skip", "5", "--limit", "2", "-o", "part.pwt")
    #expect(try lines(tool, "part.pwt") == Array(lines(tool, "b.pwt")[5..<7]))
    let piped = try tool("cut", "-", "--segment", "2", "-o", "-", input: try tool.read("all.pwt"))
    try tool.write(piped.output, "part.pwt")
    #expect(try lines(tool, "part.pwt") == lines(tool, "c.pwt"))
    try tool.expectMistake(
      ["cut", "all.pwt", "--segment", "3", "-o", "o.pwt"], status: 2, says: ["it has 3 segments"])
    try tool.expectMistake(["cut", "all.pwt", "--segment=-1", "-o", "o.pwt"], status: 2, says: ["--segment"])
  }

  @Test func noMoreIsSkippedThanThereIs() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.write(trace + trace, "t.pwt")
    for (skip, skipped) in [("300", ["300"]), ("1300", ["1,000", "300"]), ("5000", ["1,000", "1,000"])] {
      #expect(try tool("cut", "t.pwt", "--skip", skip, "-o", "a.pwt").status == 0)
      let lines = try tool("info", "a.pwt").text.split(separator: "\n").filter { $0.contains("  skipped ") }
      #expect(lines.map { $0.split(separator: " ")[1] } == skipped.map { Substring($0) }, "\(skip)")
    }
  }

  @Test func anEmptyPartIsRemarkedOn() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    let outcome = try tool("cut", "t.pwt", "--thread", "9", "-o", "a.pwt")
    #expect(outcome.status == 0)
    #expect(outcome.messages.hasPrefix("pagewalk: note: no access of t.pwt"))
    #expect(try tool("verify", "a.pwt").status == 0)
    for range in ["5", "9-5", "0x-0x10", "1-2-3", "-5-6", ""] {
      try tool.expectMistake(["cut", "t.pwt", "--range=\(range)", "-o", "o.pwt"], status: 2, says: ["range"])
    }
  }

  /// A child cut out of a fork storm finds its memory mapped.
  @Test func aForkedProcessReplaysByItself() throws {
    let tool = try Tool()
    _ = try tool(
      "synth", "fork-storm", "--records", "4000", "--footprint", "64K", "--writes", "8", "-o", "t.pwt")
    #expect(try tool("cut", "t.pwt", "--process", "3", "-o", "c.pwt").status == 0)
    #expect(try lines(tool, "c.pwt").contains { $0.hasSuffix("map 0x100000000000 65536 rw- anonymous") })
    let table = try ReplayTable(tool, "c.pwt")
    #expect(try table.counts("accesses") == [32, 32, 32, 32])
    // Eight pages of data, and one of code.
    #expect(try table.counts("faults_not_present") == [9, 9, 9, 9])
  }
}
