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
    #expect(
      replay.messages.contains("1 gap, in which at least 262144 records were lost"), "\(replay.messages)")
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
