import Foundation
import Testing

@Suite struct MergeCommandTests {
  /// Every counted column adds up: the turns are those of the replay, and so is what each machine does in them.
  @Test(arguments: ["64", "1000", "7777"])
  func mergedMachinesReplayAsTheTracesDoTogether(quantum: String) throws {
    let tool = try Tool()
    _ = try tool("synth", "zipf", "--records", "20000", "--footprint", "2M", "-o", "a.pwt")
    _ = try tool("synth", "table-churn", "--records", "9000", "-o", "b.pwt")
    _ = try tool("synth", "fork-storm", "--records", "12000", "--footprint", "256K", "-o", "c.pwt")
    #expect(
      try tool("merge", "a.pwt", "b.pwt", "c.pwt", "--as", "vms", "--quantum", quantum, "-o", "m.pwt").status
        == 0)
    #expect(try tool("verify", "m.pwt").text.contains("41000 records"))
    let merged = try ReplayTable(tool, "m.pwt")
    let together = try ReplayTable(tool, "a.pwt", "b.pwt", "c.pwt", "--set", "vm.quantum=\(quantum)")
    #expect(merged.rows.count == 4 && together.rows.count == 12)
    let columns: [Substring] = [
      "accesses", "instructions", "footprint_bytes", "l1d_lookups", "l1d_misses", "l1i_lookups", "l1i_misses",
      "l2_lookups", "l2_misses", "walks", "walk_references", "walk_references_guest",
      "walk_references_faulting",
      "dirty_walks", "vm_exits", "faults", "faults_not_present", "faults_protection", "table_stores",
      "page_invalidations", "address_space_switches", "first_touch_walks",
    ]
    for column in columns {
      for (index, row) in merged.rows.enumerated() {
        // A column that does not apply to a strategy is empty in all of its rows.
        let parts = (0..<3).map { together.rows[3 * index + $0][column] ?? "" }
        let sum = parts.allSatisfy(\.isEmpty) ? "" : String(parts.reduce(0) { $0 + (Int($1) ?? 0) })
        #expect(row[column].map(String.init) == sum, "\(column) of \(row["strategy"] ?? "")")
      }
    }
  }

  @Test func everyRoleReplaysOnEveryStrategy() throws {
    let tool = try Tool()
    _ = try tool("synth", "uniform", "--records", "8000", "--footprint", "1M", "-o", "a.pwt")
    _ = try tool("synth", "gups", "--records", "4000", "--footprint", "1M", "-o", "b.pwt")
    for role in ["vms", "processes", "threads"] {
      for schedule in [["--quantum", "100"], ["--schedule", "random", "--seed", "5", "--quantum", "100"]] {
        let command = ["merge", "a.pwt", "b.pwt", "--as", role] + schedule
        #expect(try tool.run(command + ["-o", "m.pwt"]).status == 0)
        #expect(try tool.run(command + ["-o", "again.pwt"]).status == 0)
        #expect(try tool.read("m.pwt") == tool.read("again.pwt"))
        let table = try ReplayTable(tool, "m.pwt")
        #expect(try table.counts("accesses") == [12000, 12000, 12000, 12000])
        let code = try tool("info", "m.pwt").text
        #expect(code.contains("merged as \(role)"))
      }
    }
  }

  @Test func mergedThreadsStayApartInDrmemtraceAndBack() throws {
    let tool = try Tool()
    _ = try tool("synth", "uniform", "--records", "3000", "--footprint", "1M", "-o", "a.pwt")
    _ = try tool(
      "merge", "a.pwt", "a.pwt", "a.pwt", "--as", "threads", "--quantum", "100", "-o", "m.pwt")
    let outcome = try tool("export", "m.pwt", "--format", "drmemtrace", "-o", "m.trace")
    #expect(outcome.status == 0 && !outcome.messages.contains("pipe"))
    #expect(try tool("import", "m.trace", "-o", "n.pwt").status == 0)
    #expect(try tool("info", "n.pwt").text.contains("owners        3"))
    let piped = try tool(
      "export", "-", "--format", "drmemtrace", "-o", "p.trace", input: try tool.read("m.pwt"))
    #expect(piped.status == 0 && piped.messages.contains("name a file instead of a pipe"))
    // The file's type is the value of the third record: threads on one core are 0x10000 of it.
    #expect(try Array(tool.read("m.trace")[28..<32]) == [0x40, 0, 1, 0])
    #expect(try Array(tool.read("p.trace")[28..<32]) == [0x40, 0, 0, 0])
    // A part of one thread is a file of one thread.
    _ = try tool("export", "m.pwt", "--limit", "100", "--format", "drmemtrace", "-o", "q.trace")
    #expect(try Array(tool.read("q.trace")[28..<32]) == [0x40, 0, 0, 0])
  }

  @Test func mistakesAreOneLineEach() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write("fetch 0x1000 4\n", "whole.txt")
    _ = try tool("import", "whole.txt", "--scope", "whole-system", "-o", "whole.pwt")
    try tool.write(try SampleTrace.bytes().dropLast(30), "short.pwt")
    let output = ["-o", "o.pwt"]
    for (arguments, status, words) in [
      (["t.pwt", "--as", "vms"], 2, "at least two"), (["t.pwt", "t.pwt"], 2, "--as"),
      (["t.pwt", "t.pwt", "--as", "cats"], 2, "vms"), (["-", "-", "--as", "vms"], 2, "one trace"),
      (["t.pwt", "t.pwt", "--as", "vms", "--quantum", "0"], 2, "--quantum"),
      (["t.pwt", "t.pwt", "--as", "vms", "--seed", "1"], 2, "--schedule random"),
      (["t.pwt", "t.pwt", "--as", "threads"], 3, "several processes"),
      (["t.pwt", "whole.pwt", "--as", "vms"], 3, "whole.pwt"),
      (["whole.pwt", "whole.pwt", "--as", "processes"], 3, "merge it as vms"),
      (["t.pwt", "short.pwt", "--as", "vms"], 3, "cut short"),
      (["t.pwt", "none", "--as", "vms"], 66, "none"),
    ] as [([String], Int32, String)] {
      try tool.expectMistake(["merge"] + arguments + output, status: status, says: [words])
    }
  }
}
