import Foundation
import Testing

/// What is whole of a damaged trace is kept, and what is lost is said.
@Suite struct SalvageCommandTests {
  /// A trace of three blocks of strided loads.
  private func trace(_ tool: borrowing Tool) throws -> Data {
    let outcome = try tool("synth", "strided", "--records", "600000", "-o", "t.pwt")
    try #require(outcome.status == 0)
    return try tool.read("t.pwt")
  }

  /// Where the members of a kind start.
  private func members(of kind: UInt8, in trace: Data) -> [Int] {
    var starts: [Int] = []
    var at = 0
    while at < trace.count {
      if trace[at + 17] == kind { starts.append(at) }
      at += 62 + (0..<4).reduce(0) { $0 | Int(trace[at + 28 + $1]) << (8 * $1) }
    }
    return starts
  }

  private func lines(_ tool: borrowing Tool, _ trace: String) throws -> [Substring] {
    try tool("export", trace).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  private func expectSalvage(_ tool: borrowing Tool, says words: String...) throws {
    let outcome = try tool("verify", "bad.pwt", "--salvage", "saved.pwt")
    #expect(outcome.status == 3)
    #expect(outcome.messages.split(separator: "\n").count == 1)
    for word in ["bad.pwt", "saved.pwt"] + words {
      #expect(outcome.messages.contains(word), "\(outcome.messages)")
    }
    let again = try tool("verify", "saved.pwt")
    #expect(again.status == 0)
  }

  @Test func aDamagedBlockIsLostAndAGapStandsForIt() throws {
    let tool = try Tool()
    var bytes = try trace(tool)
    let blocks = members(of: 5, in: bytes)
    #expect(blocks.count == 3)
    bytes[blocks[1] + 100] ^= 1
    try tool.write(bytes, "bad.pwt")
    try expectSalvage(
      tool, says: "lost 1 block, 262144 records, ", "kept 2 blocks, 337856 records",
      "at byte \(blocks[1])")
    let whole = try lines(tool, "t.pwt")
    let saved = try lines(tool, "saved.pwt")
    let gap = try #require(saved.firstIndex { $0.hasSuffix("gap 262144") })
    // Two mappings and a block before the gap.
    #expect(gap == 262146)
    #expect(saved[..<gap] == whole[..<gap])
    #expect(saved.count == whole.count - 262144 + 1)
    #expect(saved.suffix(70000) == whole.suffix(70000))
    let replay = try tool("replay", "saved.pwt", "--strategy", "native")
    #expect(replay.status == 0)
    let losses = "1 gap, in which at least 262,144 records were lost"
    #expect(replay.messages.contains(losses), "\(replay.messages)")
    #expect(replay.text.contains("warning: the trace has \(losses)"), "\(replay.text)")
  }

  @Test func everyRowSaysWhatItsPartOfTheTraceLost() throws {
    let tool = try Tool()
    var bytes = try trace(tool)
    let blocks = members(of: 5, in: bytes)
    bytes[blocks[1] + 100] ^= 1
    try tool.write(bytes, "bad.pwt")
    _ = try tool("verify", "bad.pwt", "--salvage", "saved.pwt")
    let whole = try ReplayTable(tool, "t.pwt", "--strategy", "native")
    #expect(try whole.counts("gaps") == [0] && whole.counts("lost_records") == [0])
    // The gap stands behind the first block, of 262,144 accesses.
    let saved = try ReplayTable(tool, "saved.pwt", "--strategy", "native", "--interval", "200000")
    #expect(try saved.counts("gaps") == [1, 0, 1])
    #expect(try saved.counts("lost_records") == [262_144, 0, 262_144])
    let before = try ReplayTable(tool, "saved.pwt", "--strategy", "native", "--limit", "200000")
    #expect(try before.counts("gaps") == [0])
  }

  @Test func anEndThatIsLostIsAGapOfTheRow() throws {
    let tool = try Tool()
    let bytes = try trace(tool)
    try tool.write(bytes.prefix(members(of: 5, in: bytes)[2] + 100), "bad.pwt")
    _ = try tool("verify", "bad.pwt", "--salvage", "saved.pwt")
    let native = ["replay", "saved.pwt", "--strategy", "native", "--csv", "-"]
    let saved = try ReplayTable(tool, "saved.pwt", "--strategy", "native")
    #expect(try saved.counts("gaps") == [1] && saved.counts("accesses") == [524_288])
    #expect(try tool.run(native).messages.contains("1 gap, in which records were lost"))
    // All that is left, and so not what was lost behind it.
    let limited = try ReplayTable(tool, "saved.pwt", "--strategy", "native", "--limit", "524288")
    #expect(try limited.counts("gaps") == [0])
    let beyond = try ReplayTable(tool, "saved.pwt", "--strategy", "native", "--limit", "1M")
    #expect(try beyond.counts("gaps") == [1])
    // Of two such segments, and through a pipe.
    try tool.write(try tool.read("saved.pwt") + tool.read("saved.pwt"), "two.pwt")
    #expect(try ReplayTable(tool, "two.pwt", "--strategy", "native").counts("gaps") == [2])
    let piped = try tool.run(
      ["replay", "-", "--strategy", "native"], input: try tool.read("two.pwt"))
    #expect(piped.messages.contains("2 gaps"))
  }

  @Test func aCutTailIsLostFromTheLastWholeBlockOn() throws {
    let tool = try Tool()
    let bytes = try trace(tool)
    let blocks = members(of: 5, in: bytes)
    try tool.write(bytes.prefix(blocks[2] + 100), "bad.pwt")
    try expectSalvage(
      tool, says: "records and an unknown number at the end, 100 bytes", "kept 2 blocks, 524288 records",
      "cut short")
    #expect(try lines(tool, "saved.pwt").last?.hasSuffix("gap ?") == true)
  }

  @Test func aDamagedHeaderLosesItsProvenanceOnly() throws {
    let tool = try Tool()
    var bytes = try trace(tool)
    bytes[70] ^= 1
    try tool.write(bytes, "bad.pwt")
    try expectSalvage(tool, says: "lost 0 blocks, 0 records, ", "kept 3 blocks, 600000 records")
    #expect(try lines(tool, "saved.pwt") == lines(tool, "t.pwt"))
    #expect(try tool("info", "t.pwt").text.contains("synth"))
    #expect(!(try tool("info", "saved.pwt").text.contains("synth")))
  }

  @Test func aWholeTraceIsSavedWhole() throws {
    let tool = try Tool()
    _ = try trace(tool)
    let outcome = try tool("verify", "t.pwt", "--salvage", "saved.pwt")
    #expect(outcome.status == 0 && outcome.text.contains("whole and legal") && outcome.messages == "")
    #expect(try lines(tool, "saved.pwt") == lines(tool, "t.pwt"))
  }

  @Test func whatIsNoTraceLeavesNothing() throws {
    let tool = try Tool()
    try tool.write("no trace at all\n", "text")
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.expectMistake(
      ["verify", "text", "--salvage", "o.pwt"], status: 3, says: ["not a Pagewalk trace"])
    try tool.expectMistake(["verify", "none", "--salvage", "o.pwt"], status: 66, says: ["none"])
    try tool.expectMistake(["verify", "-", "--salvage", "o.pwt"], status: 2, says: ["name one file"])
    try tool.expectMistake(
      ["verify", "t.pwt", "t.pwt", "--salvage", "o.pwt"], status: 2, says: ["name one file"])
    #expect(try tool("verify", "t.pwt", "--salvage", "/dev/full").status == 6)
  }
}
