import Foundation
import Testing

/// Synthetic traces replay on every strategy, and miss and fault as often as arithmetic says.
@Suite struct SynthCommandTests {
  private static let patterns = [
    "uniform", "zipf", "strided", "pointer-chase", "gups", "table-churn", "fork-storm",
  ]

  private func synth(_ tool: borrowing Tool, _ arguments: String..., to name: String = "t.pwt") throws {
    let outcome = try tool.run(["synth"] + arguments + ["-o", name])
    try #require(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages == "" && outcome.output.isEmpty)
  }

  @Test(arguments: patterns)
  func everyPatternReplaysOnEveryStrategyAndIsTheSameEveryTime(pattern: String) throws {
    let tool = try Tool()
    try synth(tool, pattern, "--records", "20000", "--footprint", "512K")
    try synth(tool, pattern, "--records", "20000", "--footprint", "512K", to: "again.pwt")
    #expect(try tool.read("t.pwt") == tool.read("again.pwt"))
    #expect(try tool("verify", "t.pwt").text.contains("20000 records"))
    let table = try ReplayTable(tool, "t.pwt")
    #expect(Set(table.rows.compactMap { $0["strategy"] }) == ["native", "shadow", "nested", "real-map"])
    #expect(try table.counts("accesses") == [20000, 20000, 20000, 20000])
    // Three instructions for each data access.
    #expect(try table.counts("instructions") == [15000, 15000, 15000, 15000])
    #expect(table.rows.allSatisfy { $0["l1d_mpki"]?.isEmpty == false })
  }

  @Test func countsOfAccessesAreInPowersOfTenAndAWarmUpTooShortIsRemarkedOn() throws {
    let tool = try Tool()
    try synth(tool, "strided", "--records", "1.1M", "--footprint", "64K")
    #expect(try tool("verify", "t.pwt").text.contains(" 1100000 records"))
    let replay = ["replay", "t.pwt", "--strategy", "native", "--csv", "r.csv"]
    let short = try tool.run(replay + ["--warmup", "30", "--interval", "0.5M"])
    #expect(
      short.messages == "pagewalk: note: only 30 accesses of warm-up: a share is written as 30%\n")
    #expect(short.text.contains("1.10 M accesses") && short.text.contains("CSV and JSON only: 3"))
    #expect(try tool("curve", "t.pwt", "--warmup", "1").messages.contains("note: only 1 access of warm-up"))
    for options in [["--warmup", "1k"], ["--warmup", "30%"], ["--warmup", "30", "--limit", "1M"]] {
      #expect(try tool.run(replay + options).messages == "", "\(options)")
    }
  }

  /// One page more than an LRU TLB holds, visited in a cycle, misses every time; one page fewer, only at first.
  @Test(arguments: ["strided", "pointer-chase"])
  func aCycleOverMorePagesThanAnLRUTLBHoldsAlwaysMisses(pattern: String) throws {
    let tool = try Tool()
    let machine = ["--set", "l1d.4K=16fa", "--set", "l2=16fa"]
    for (pages, misses) in [(17, 1700), (16, 16)] {
      try synth(tool, pattern, "--records", "\(pages * 100 * 4)", "--footprint", "\(pages * 4)K")
      let table = try ReplayTable(tool, "t.pwt", machine[0], machine[1], machine[2], machine[3])
      #expect(try table.counts("l1d_misses") == [Int](repeating: pages == 17 ? misses : 16, count: 4))
      #expect(try table.counts("faults_not_present") == [Int](repeating: pages + 1, count: 4))
      #expect(try table.counts("l1i_misses") == [1, 1, 1, 1])
    }
  }

  /// A fully associative LRU TLB of a quarter of the pages hits a quarter of uniform accesses, once it is full.
  @Test(arguments: ["uniform", "gups"])
  func uniformAccessesHitATLBByTheShareOfPagesThatItHolds(pattern: String) throws {
    let tool = try Tool()
    try synth(tool, pattern, "--records", "410000", "--footprint", "1M")
    let table = try ReplayTable(
      tool, "t.pwt", "--strategy", "native", "--set", "l1d.4K=64fa", "--warmup", "10000")
    let (misses, lookups) = (try table.counts("l1d_misses")[0], try table.counts("l1d_lookups")[0])
    #expect(lookups == 100_000)
    // The deviation is that of draws: 137.
    #expect(abs(misses - 75_000) < 4 * 137)
  }

  @Test func everyStoreOfTableChurnFaultsAndMisses() throws {
    let tool = try Tool()
    try synth(tool, "table-churn", "--records", "40000", "--footprint", "1M")
    let table = try ReplayTable(tool, "t.pwt")
    #expect(try table.counts("l1d_misses") == [10000, 10000, 10000, 10000])
    // And one for the code.
    #expect(try table.counts("faults_not_present") == [10001, 10001, 10001, 10001])
  }

  /// The parent's pages are written once, and every write of a child copies one.
  @Test func everyStoreOfAForkStormFaults() throws {
    let tool = try Tool()
    try synth(
      tool, "fork-storm", "--records", "\(4 * (256 + 100 * 64))", "--processes", "4", "--writes", "16")
    let table = try ReplayTable(tool, "t.pwt")
    #expect(try table.counts("faults_not_present") == [257, 257, 257, 257])
    #expect(try table.counts("faults_protection") == [6400, 6400, 6400, 6400])
  }

  @Test func mistakesAreOneLineEach() throws {
    let tool = try Tool()
    for (arguments, words) in [
      (["nothing"], "uniform"), (["uniform", "--stride", "8"], "--stride is of no use to uniform"),
      (["strided", "--stride", "0"], "stride of strided must be at least 1"),
      (["uniform", "--footprint", "5000"], "whole pages of 4K"), (["uniform", "--footprint", "x"], "x"),
      (["zipf", "--exponent", "-1"], "exponent"), (["gups", "--records", "0"], "--records"),
      (["fork-storm", "--writes", "1000"], "pages of the footprint"),
      (["table-churn", "--range", "1G"], "not more than the footprint"),
    ] {
      try tool.expectMistake(["synth"] + arguments + ["-o", "o.pwt"], status: 2, says: [words])
    }
    try tool.expectMistake(["synth", "uniform", "-o", "/dev/full"], status: 6, says: ["/dev/full"])
    try tool.expectMistake(["synth", "uniform", "-o", "no/o.pwt"], status: 6, says: ["no/o.pwt"])
  }
}
