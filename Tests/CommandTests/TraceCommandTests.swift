import Foundation
import Testing

/// A trace of two machines, with events.
private let sample = """
  vm 0 process 1 map 0x10000 8192 rw- anonymous
  store 0x10008 8
  fetch 0x401000 4
  vm 1 process 1 load 0x10008 8
  invalidate-page 0x10000
  unknown modify 0x7ff8 16

  """

@Suite struct TraceCommandTests {
  @Test func exportGivesBackWhatImportRead() throws {
    let tool = try Tool()
    try tool.write(sample, "sample.txt")
    #expect(try tool("import", "sample.txt", "-o", "t.pwt").status == 0)
    let text = try tool("export", "t.pwt").text
    #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") } == sample.split(separator: "\n"))
    #expect(try tool("export", "t.pwt", "--format", "csv", "-o", "t.csv").status == 0)
    #expect(try tool("import", "t.csv", "-o", "u.pwt").status == 0)
    #expect(try tool("export", "u.pwt").text.hasSuffix(sample))
    #expect(try tool("export", "u.pwt", "--format", "din").text == "1 10008\n2 401000\n0 10008\n1 7ff8\n")
  }

  @Test func pipesDoForFiles() throws {
    let tool = try Tool()
    let imported = try tool("import", "-", "-o", "-", input: Data(sample.utf8))
    #expect(imported.status == 0)
    #expect(try tool("export", "-", input: imported.output).text.hasSuffix(sample))
  }

  @Test func infoTellsWhatATraceHolds() throws {
    let tool = try Tool()
    try tool.write(sample, "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt", "--note", "for a test")
    let text = try tool("info", "t.pwt").text
    for part in [
      "records       4: 1 fetch, 1 load, 1 store, 1 modify", "5 pages of 4 KiB", "for a test",
      "2: 1 invalidate-page, 1 map",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    let json = try JSONSerialization.jsonObject(with: try tool("info", "--json", "t.pwt").output)
    let object = try #require((json as? [[String: Any]])?.first)
    #expect(object["records"] as? Int == 4)
    #expect(object["footprint_bytes"] as? Int == 5 * 4096)
    #expect(object["owners"] as? Int == 3)
  }

  @Test func infoListsTheOwnersAndPhasesThatCutKnows() throws {
    let tool = try Tool()
    let loads = (0..<13).map { "process \($0) load 0x1000 8\n" }.joined()
    let start = "process 7 phase 5\nload 0x1000 8\nunknown load 0x1000 8\nphase 3\n"
    try tool.write(start + loads, "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    let text = try tool("info", "t.pwt").text
    let processes = [0, 1, 2, 3, 4, 5, 6, 8].map { "1 of process \($0)" }.joined(separator: ", ")
    #expect(
      text.contains("  owners        14: 2 of process 7, 1 of unknown, \(processes) and 4 more\n"), "\(text)")
    #expect(text.contains("  phases        2: 3, 5\n"))
    let json = try JSONSerialization.jsonObject(with: try tool("info", "--json", "t.pwt").output)
    let object = try #require((json as? [[String: Any]])?.first)
    let owners = try #require(object["accesses_by_owner"] as? [[String: Int]])
    #expect(
      owners.prefix(3) == [["process": 7, "accesses": 2], ["accesses": 1], ["process": 0, "accesses": 1]])
    #expect(owners.count == 14)
    #expect(object["phases"] as? [Int] == [3, 5])
    #expect(try tool("cut", "t.pwt", "--process", "7", "-o", "part.pwt").status == 0)
    #expect(try tool("info", "part.pwt").text.contains("owners        1: 2 of process 7\n"))
  }

  @Test func whatThereIsOneOfIsInTheSingular() throws {
    let tool = try Tool()
    try tool.write("map 0x1000 4096 rw- anonymous\nmodify 0x1008 8\n", "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    #expect(try tool("verify", "t.pwt").text.hasSuffix(": 1 record, 1 event, 1 block, 1 segment\n"))
    let info = try tool("info", "t.pwt").text
    #expect(info.contains("1 page of 4 KiB (0 of instructions, 1 of data)"))
    #expect(info.contains("version 1.0, 1 block, 0 checkpoints"))
    #expect(
      try tool("export", "t.pwt", "--format", "din").messages == """
        pagewalk: note: 1 event was left out: din has no place for them
        pagewalk: note: 1 modify was written as a write

        """)
    let curve = try tool("curve", "t.pwt").text
    #expect(curve.contains("  1 access, 0 instructions; 1 event passed over"))
    #expect(try tool("replay", "t.pwt").text.contains("1 access, no instructions"))
    _ = try tool("cat", "t.pwt", "t.pwt", "-o", "two.pwt")
    #expect(try tool("verify", "two.pwt").text.hasSuffix(": 2 records, 2 events, 2 blocks, 2 segments\n"))
  }

  @Test func importKeepsTheDigestOfItsSource() throws {
    let tool = try Tool()
    try tool.write("load 0x1000 8\n", "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    // By sha256sum.
    let digest = "sha256:7a1688578b5d3988715a74ff54bf7456ee68a48d5b866e0d9fbd484f843cc44a"
    #expect(try tool("info", "t.pwt").text.contains(digest))
    #expect(try tool("import", "t.pwt", "-o", "u.pwt").messages.contains("a Pagewalk trace already"))
  }

  @Test func cutKeepsAPartAndCatPutsPartsTogether() throws {
    let tool = try Tool()
    try tool.write((0..<1000).map { "load \($0 * 4096) 8\n" }.joined(), "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    #expect(try tool("cut", "t.pwt", "--limit", "400", "-o", "a.pwt").status == 0)
    #expect(try tool("cut", "t.pwt", "--skip", "400", "-o", "b.pwt").status == 0)
    #expect(try tool("cat", "a.pwt", "b.pwt", "-o", "c.pwt").status == 0)
    #expect(try tool("cat", "a.pwt", "b.pwt", "--join", "-o", "d.pwt").status == 0)
    func lines(_ trace: String) throws -> [Substring] {
      try tool("export", trace).text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    }
    let whole = try lines("t.pwt")
    #expect(try lines("c.pwt") == whole)
    #expect(try lines("d.pwt") == whole)
    #expect(try tool.read("c.pwt") == (try tool.read("a.pwt")) + (try tool.read("b.pwt")))
    func digest(_ trace: String) throws -> Substring? {
      try tool("info", trace).text.split(separator: "\n").last { $0.contains("digest") }
    }
    #expect(try digest("d.pwt") == digest("t.pwt"))
  }

  @Test func verifyPassesAGoodTraceAndNamesTheFaultOfABadOne() throws {
    let tool = try Tool()
    try tool.write(sample, "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    #expect(try tool("verify", "t.pwt").status == 0)
    var bytes = try tool.read("t.pwt")
    bytes[bytes.count / 2] ^= 1
    try tool.write(bytes, "bad.pwt")
    let outcome = try tool("verify", "bad.pwt")
    #expect(outcome.status == 3)
    #expect(outcome.messages.contains("bad.pwt"))
    #expect(outcome.messages.contains("byte"))
  }

  @Test func recordPassesOutputAndStatusOn() throws {
    let tool = try Tool()
    let outcome = try tool("record", "-o", "t.pwt", "--", "sh", "-c", "echo hello; exit 5")
    #expect(outcome.status == 5)
    #expect(outcome.text == "hello\n")
    let info = try tool("info", "t.pwt").text
    #expect(info.contains("sh -c 'echo hello; exit 5'"))
    #expect(info.contains("forked children left out; threads unknown"))
  }

  @Test func recordPassesInputOn() throws {
    let tool = try Tool()
    let outcome = try tool(
      "record", "-o", "t.pwt", "--limit", "1000000", "--", "cat", input: Data("from here\n".utf8))
    #expect(outcome.status == 0)
    #expect(outcome.text == "from here\n")
  }

  /// Each mistake is one line on standard error and a status, and leaves no file behind.
  @Test(
    arguments: [
      (["import", "nothing", "-o", "o"], 66), (["import", ".", "-o", "o"], 66),
      (["import", "empty", "-o", "o"], 3),
      (["import", "unknown", "-o", "o"], 3), (["import", "cut", "-o", "o"], 3),
      (["import", "t.pwt", "-o", "o"], 3),
      (["import", "sample.txt", "--format", "din", "-o", "o"], 3),
      (["import", "sample.txt", "-o", "/dev/full"], 6),
      (["import", "sample.txt", "-o", "nowhere/o"], 6), (["import", "sample.txt", "-o", "."], 6),
      (["info", "nothing"], 66), (["info", "."], 66), (["info", "empty"], 3), (["info", "unknown"], 3),
      (["info", "short.pwt"], 3), (["export", "short.pwt", "-o", "o"], 3),
      (["export", "t.pwt", "-o", "/dev/full"], 6),
      (["cut", "short.pwt", "-o", "o"], 3), (["cat", "t.pwt", "short.pwt", "-o", "o"], 3),
      (["verify", "short.pwt"], 3),
      (["verify", "empty"], 3), (["export", "t.pwt", "--format", "gif"], 2),
      (["cut", "t.pwt", "--limit", "0", "-o", "o"], 2),
      (["record", "-o", "o"], 2), (["record", "-o", "-", "--", "true"], 2),
      (["record", "-o", "o", "--", "/no/such"], 1),
      (["record", "-o", "o", "--skip", "1000000000", "--", "true"], 1),
      (["record", "-o", "/dev/full", "--", "true"], 6),
    ] as [([String], Int32)])
  func aMistakeIsOneLineAndAStatus(arguments: [String], status: Int32) throws {
    let tool = try Tool()
    try tool.write(sample, "sample.txt")
    _ = try tool("import", "sample.txt", "-o", "t.pwt")
    let trace = try tool.read("t.pwt")
    try tool.write(trace.prefix(trace.count - 20), "short.pwt")
    try tool.write("", "empty")
    try tool.write("no trace at all\n", "unknown")
    try tool.write("I  04001000,3\n L 1fff00", "cut")
    let before = try tool.files()
    let outcome = try tool.run(arguments)
    #expect(outcome.status == status, "\(outcome.messages)")
    let own = outcome.messages.split(separator: "\n").filter { $0.hasPrefix("pagewalk: ") }
    #expect(own.count == 1, "\(outcome.messages)")
    #expect(try tool.files() == before)
  }
}
