import Foundation
import Testing

/// From a plan to results, undisturbed.
@Suite struct SweepTests {
  @Test func aPlanSaysWhatItComesTo() throws {
    let sweep = try SweepFixtures()
    let text = try sweep.tool("sweep", "plan", "plan.yaml").text
    #expect(text.contains("points         42 of 48 combinations; 0 excluded, 6 the same as others"))
    #expect(text.contains("2 decodes, 2 guest stages, 6 first levels of TLBs"))
    #expect(text.contains("of one core [E]") && text.contains("at a time [E]"))
    #expect(try sweep.tool("sweep", "plan", "plan.yaml", "--list").text.contains("l2.entries=256, l2.ways=4"))
    #expect(try sweep.tool.files() == ["a.pwt", "b.pwt", "plan.yaml"])
  }

  @Test func rowsAreThoseOfEachPointReplayedAlone() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    let rows = try sweep.csv("plan.sqlite")
    #expect(rows.count == 1 + SweepFixtures.points)
    let header = rows[0].split(separator: ",", omittingEmptySubsequences: false)
    let counted = try #require(header.firstIndex(of: "translation_vs_native"))
    let settings = try #require(header.firstIndex(of: "l1_split"))
    var expected: [String] = []
    for trace in ["a.pwt", "b.pwt"] {
      for strategy in ["native", "shadow", "nested", "real-map"] {
        for entries in ["128", "256", "512"] {
          for page in strategy == "native" ? ["4K"] : ["4K", "2M"] {
            let replay = try sweep.tool(
              "replay", trace, "--strategy", strategy, "--set", "l2=\(entries)x4", "--host-page", page,
              "--warmup", "10%", "--csv", "-", "--jobs", "1")
            expected.append(String(SweepFixtures.body(replay.text)[1]))
          }
        }
      }
    }
    func alone(_ row: some StringProtocol) -> [Substring] {
      let fields = String(row).split(separator: ",", omittingEmptySubsequences: false)
      return Array(fields[..<counted] + fields[settings...])
    }
    #expect(rows.dropFirst().map(alone) == expected.map(alone))
  }

  @Test func theIndexFunctionIsAnAxis() throws {
    let sweep = try SweepFixtures()
    let plan = """
      set: {strategy: nested, trace: a.pwt, l1d.4K: 16x2, l2: 32x2}
      cross: {l1d.index: [modulo, xor], l2.index: [modulo, xor]}
      """
    try sweep.tool.write(plan, "plan.yaml")
    try sweep.run()
    let rows = try sweep.csv("plan.sqlite").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 5)
    let columns = try ["l1d_index", "l2_index", "l1d_misses", "l2_misses", "walks"].map {
      try #require(rows[0].firstIndex(of: Substring($0)))
    }
    for row in rows.dropFirst() {
      let replay = try sweep.tool(
        "replay", "a.pwt", "--strategy", "nested", "--set", "l1d.4K=16x2", "--set", "l2=32x2",
        "--set", "l1d.index=\(row[columns[0]])", "--set", "l2.index=\(row[columns[1]])", "--csv", "-")
      let alone = SweepFixtures.body(replay.text)[1].split(separator: ",", omittingEmptySubsequences: false)
      #expect(columns.map { row[$0] } == columns.map { alone[$0] })
    }
  }

  @Test(arguments: ["1", "3"]) func theViewIsTheCSVColumnForColumn(workers: String) throws {
    let sweep = try SweepFixtures()
    try sweep.run("--memory", "50M", "--jobs", workers)
    let csv = try sweep.csv("plan.sqlite").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let view = try sweep.query("plan.sqlite", "select * from results").split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(view.count == 1 + SweepFixtures.points)
    #expect(view[0] == csv[0])
    for (a, b) in zip(view, csv) {
      for (x, y) in zip(a, b) where x != y {
        #expect(Double(x) != nil && Double(x) == Double(y), "\(x), \(y)")
      }
    }
  }

  @Test func everyStrategyIsComparedWithTheOneNativeRow() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    let empty = try sweep.query(
      "plan.sqlite", "select count(*) from results where translation_vs_native is null and walks > 0")
    #expect(empty.contains("\n0\n"))
  }

  @Test func reportsFilterAndConvert() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    #expect(
      try sweep.csv("plan.sqlite", "--filter", "strategy=nested", "--filter", "l2=128x4").count == 1 + 4)
    #expect(try sweep.tool("report", "plan.sqlite", "--json", "-").text.contains("\"host_page\": \"2M\""))
    #expect(try sweep.tool("report", "plan.sqlite", "--markdown", "-").text.contains("| nested"))
    for (filters, words) in [
      (["stratgy=nested"], "did you mean strategy?"), (["strategy=native,nestd"], "no rows (strategy=nestd)"),
      (["strategy=native", "host_page=2M"], "no rows (strategy=native and host_page=2M)"),
    ] {
      try sweep.tool.expectMistake(
        ["report", "plan.sqlite"] + filters.flatMap { ["--filter", $0] }, status: 4, says: [words])
    }
  }

  @Test func severalValuesOfAColumnAreAnyOfThem() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    // What tells rows apart; some other columns compare with rows that are left out.
    let columns: [Substring] = ["trace", "strategy", "host_page", "l2", "walks"]
    func rows(_ filters: String...) throws -> [[Substring]] {
      let options = filters.flatMap { ["--filter", $0] }
      let csv = try sweep.tool.run(["report", "plan.sqlite", "--csv", "-"] + options).text
      let lines = SweepFixtures.body(csv).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let fields = columns.map { name in lines[0].firstIndex(of: name) ?? 0 }
      return lines.dropFirst().map { line in fields.map { line[$0] } }
    }
    let all = try rows()
    let (native, nested) = (try rows("strategy=native"), try rows("strategy=nested"))
    #expect(!native.isEmpty && !nested.isEmpty && native.count + nested.count < all.count)
    let both = all.filter { native.contains($0) || nested.contains($0) }
    #expect(try rows("strategy=native,nested") == both)
    #expect(try rows("strategy=nested", "strategy=native") == both)
    let small = try rows("l2=128x4")
    #expect(!small.isEmpty && small.count < all.count)
    #expect(try rows("strategy=native,nested", "l2=128x4") == both.filter { small.contains($0) })
  }

  @Test func aSecondRunReplaysNothingAndAChangedPlanOnlyWhatChanged() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    let before = try sweep.tool.read("plan.sqlite")
    try sweep.run()
    #expect(try sweep.tool.read("plan.sqlite") == before)
    try sweep.tool.write(SweepFixtures.plan.replacing("128..512*2", with: "256..1024*2"), "plan.yaml")
    try sweep.run()
    let rows = try sweep.csv("plan.sqlite")
    #expect(rows.count == 1 + SweepFixtures.points)
    #expect(!rows.contains { $0.contains("128x4") })
    #expect(try sweep.query("plan.sqlite", "select count(*) from rows").contains("\n56\n"))
  }

  @Test func statusSaysWhichPointsAreOfATraceBefore() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    #expect(try sweep.tool("sweep", "status", "plan.sqlite").text == "plan.yaml: 42 of 42 points\n")
    let before = try sweep.tool.read("a.pwt")
    try sweep.tool.write(try sweep.tool.read("b.pwt"), "a.pwt")
    let status = try sweep.tool("sweep", "status", "plan.sqlite")
    #expect(status.status == 0)
    #expect(
      status.text == """
        plan.yaml: 42 of 42 points
        plan.yaml: ./a.pwt changed since: 21 points are of the trace before: run the sweep again for those of this one

        """)
    // So 21 points more come into the store, and none that the plan has is of a trace before.
    try sweep.run()
    #expect(try sweep.query("plan.sqlite", "select count(*) from rows").contains("\n63\n"))
    #expect(try sweep.tool("sweep", "status", "plan.sqlite").text == "plan.yaml: 42 of 42 points\n")
    try sweep.tool.write(before, "a.pwt")
    #expect(try sweep.tool("sweep", "status", "plan.sqlite").text.contains("./a.pwt changed since: 21"))
    try sweep.tool.write("no trace", "a.pwt")
    #expect(try sweep.tool("sweep", "status", "plan.sqlite").text == "plan.yaml: 42 of 42 points\n")
  }

  @Test func costTablesOfThePlanAreChosenByName() throws {
    let sweep = try SweepFixtures()
    try sweep.tool.write("exit: 1\n", "cheap")
    try sweep.tool.write("exit: 9000\n", "dear")
    try sweep.tool.write(SweepFixtures.plan + "\n  cost: [cheap, dear]\n", "plan.yaml")
    try sweep.run()
    let first = try sweep.csv("plan.sqlite")
    #expect(first.count == 1 + SweepFixtures.points)
    #expect(try sweep.csv("plan.sqlite", "--cost", "cheap") == first)
    let dear = try sweep.csv("plan.sqlite", "--cost", "dear")
    #expect(dear != first)
    try sweep.tool.write(SweepFixtures.plan, "plan.yaml")
    try sweep.run()
    #expect(try sweep.csv("plan.sqlite", "--cost", "dear") == dear)
  }

  @Test func thePlanOfTheDocumentationIsOne() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let outcome = try Tool()("sweep", "plan", root.appending(path: "Documentation/sweep.yaml").path)
    #expect(outcome.text.hasPrefix("points         160 of 192 combinations"), "\(outcome.messages)")
  }

  @Test func aPointThatCannotBeReplayedKeepsNoOtherFromIt() throws {
    let sweep = try SweepFixtures()
    let plan = "{set: {strategy: nested}, cross: {trace: [a.pwt, b.pwt], skip: [0, 1500]}}"
    try sweep.tool.write(plan, "plan.yaml")
    let run = try sweep.tool("sweep", "run", "plan.yaml")
    #expect(run.status == 5)
    #expect(run.messages.contains("1 of 4 points failed") && run.messages.contains("trace=a.pwt, skip=1500"))
    #expect(try sweep.csv("plan.sqlite").count == 1 + 3)
  }

  @Test func aStoreWithoutResultsIsNoReport() throws {
    let sweep = try SweepFixtures()
    // No point can be replayed: the traces are shorter.
    let plan = "{set: {trace: a.pwt, strategy: native, skip: 5000}}"
    try sweep.tool.write(plan, "plan.yaml")
    #expect(try sweep.tool("sweep", "run", "plan.yaml").status == 5)
    for command in [["report", "plan.sqlite", "--csv", "-"], ["recheck", "plan.sqlite"]] {
      try sweep.tool.expectMistake(command, status: 3, says: ["plan.sqlite: ", "sweep run"])
    }
  }

  @Test func intervalsAreRowsOfTheirPoint() throws {
    let sweep = try SweepFixtures()
    try sweep.tool.write(SweepFixtures.plan.replacing("warmup: 10%", with: "interval: 300"), "plan.yaml")
    try sweep.run()
    // 1000 accesses are four intervals, 2000 are seven.
    #expect(try sweep.csv("plan.sqlite").count == 1 + 21 * 5 + 21 * 8)
  }

  @Test(
    arguments: [
      (["sweep", "plan", "none.yaml"], 66, "none.yaml"),
      (["sweep", "plan", "typo.yaml"], 4, "did you mean 'l2.policy'?"),
      (["sweep", "run", "empty.yaml"], 4, "empty grid"),
      (["sweep", "run", "lost.yaml"], 66, "lost.pwt"),
      (["sweep", "run", "plan.yaml", "--shard", "3/2"], 2, "--shard"),
      (["sweep", "run", "plan.yaml", "--memory", "much"], 2, "--memory"),
      (["sweep", "run", "plan.yaml", "--store", "typo.yaml"], 3, "not a store"),
      (["sweep", "run", "plan.yaml", "--store", "none/s.sqlite"], 6, "none/s.sqlite"),
      (["sweep", "status", "none.sqlite"], 66, "sweep run"),
      (["sweep", "status", "plan.yaml"], 3, "not a store"),
      (["recheck", "none.csv"], 66, "none.csv"),
      (["recheck", "plan.yaml"], 3, "plan.yaml"),
    ] as [([String], Int32, String)])
  func aSweepThatCannotBeSaysWhy(arguments: [String], status: Int32, words: String) throws {
    let sweep = try SweepFixtures()
    try sweep.tool.write("{set: {trace: a.pwt}, cross: {l2.polcy: [lru]}}\n", "typo.yaml")
    try sweep.tool.write("{set: {trace: a.pwt}, where: [seed > 1]}\n", "empty.yaml")
    try sweep.tool.write("{set: {trace: lost.pwt}}\n", "lost.yaml")
    try sweep.tool.expectMistake(arguments, status: status, says: [words])
  }
}
