import Foundation
import Testing

/// The curves that the tool writes.
@Suite struct CurveCommandTests {
  private func prepared() throws -> Tool {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    return tool
  }

  /// The rows of a CSV without its header.
  private func rows(_ csv: Data) -> [[Substring]] {
    String(decoding: csv, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  @Test func aTableAndACSVTellTheSame() throws {
    let tool = try prepared()
    let outcome = try tool(
      "curve", "t.pwt", "--sets", "16,4", "--ways-up-to", "8", "--csv", "c.csv", "--every-size")
    #expect(outcome.status == 0, "\(outcome.messages)")
    for words in ["fully associative", "4 sets", "16 sets", "64K", "1G", "65,536", "cold"] {
      #expect(outcome.text.contains(words), "\(words)")
    }
    let rows = rows(try tool.read("c.csv"))
    #expect(rows.count == 5 * (65_536 + 2 * 8))
    let page = rows.filter { $0[1] == "4K" && $0[2] == "1" }
    #expect(page.map { Int($0[4]) ?? 0 } == Array(1...65_536))
    #expect(page.last?[6] == page.last?[7], "only cold misses are left")
  }

  @Test func missesPerThousandAccessesAreOfAllAccesses() throws {
    let tool = try prepared()
    // A thousand accesses, of which 200 are fetches.
    for stream in ["both", "data", "instructions"] {
      let rows = rows(try tool("curve", "t.pwt", "--csv", "-", "--stream", stream).output)
      #expect(rows.count > 5)
      #expect(rows.allSatisfy { Double($0[11]) == Double($0[6]) })
    }
  }

  @Test func theFewestEntriesForATargetAreThoseOfTheCurve() throws {
    let tool = try prepared()
    let options = [
      "--page", "4K,64K", "--csv", "c.csv", "--every-size", "--sets", "4", "--ways-up-to", "256",
    ]
    var told: Set<String> = []
    for (target, heading) in [("0.25", "25 %"), ("70%", "70 %"), ("0", "0 %")] {
      let outcome = try tool.run(["curve", "t.pwt", "--target", target] + options)
      #expect(outcome.status == 0, "\(outcome.messages)")
      let limit = target.hasSuffix("%") ? 0.7 : try #require(Double(target))
      let lines = outcome.text.split(separator: "\n").filter { $0.hasPrefix("  at most \(heading) ") }
      let all = rows(try tool.read("c.csv"))
      let expected = ["1", "4"].map { sets in
        ["4K", "64K"].map { page -> String in
          let fits = all.first { row in
            row[1] == page && row[2] == sets && (Double(row[6]) ?? .nan) <= limit * (Double(row[5]) ?? .nan)
          }
          guard let entries = fits?[4] else { return "none" }
          return "\(entries) \(entries == "1" ? "entry" : "entries")"
        }
      }
      #expect(lines.count == 2)
      for (line, cells) in zip(lines, expected) {
        let words = line.split(separator: " ").dropFirst(4).joined(separator: " ")
        #expect(words == cells.joined(separator: " "), "\(target)")
      }
      told.formUnion(expected.joined())
    }
    #expect(told.contains("none") && told.count > 2, "\(told)")
  }

  @Test func aSampleTellsATargetNoFinerThanItsSizes() throws {
    let tool = try prepared()
    let outcome = try tool("curve", "t.pwt", "--page", "4K", "--sample", "0.125", "--target", "100%")
    #expect(outcome.text.contains("≤ ~8 entries"), "\(outcome.text)")
  }

  @Test func rowsAreLeftOutOnlyWhereNothingChanges() throws {
    let tool = try prepared()
    let full = rows(try tool("curve", "t.pwt", "--csv", "-", "--every-size", "--sets", "4").output)
    let short = try tool("curve", "t.pwt", "--csv", "-", "--sets", "4")
    #expect(short.text.contains("# sizes: those at which misses change"))
    let compact = rows(short.output)
    #expect(short.text.contains("# rows: \(compact.count)\n"))
    var expected: [[Substring]] = []
    for row in full where expected.last.map({ $0[0..<3] != row[0..<3] || $0[6] != row[6] }) ?? true {
      expected.append(row)
    }
    #expect(compact == expected)
  }

  @Test func curvesDoNotDependOnThreadsOrPipes() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.write((0..<12).reduce(into: Data()) { all, _ in all += trace }, "t.pwt")
    let options = ["--csv", "-", "--stream", "both,data,instructions", "--warmup", "500", "--skip", "100"]
    let alone = rows(try tool.run(["curve", "t.pwt", "--jobs", "1"] + options).output)
    #expect(alone.count > 15)
    for jobs in ["2", "4"] {
      #expect(rows(try tool.run(["curve", "t.pwt", "--jobs", jobs] + options).output) == alone)
    }
    #expect(rows(try tool.run(["curve", "-"] + options, input: try tool.read("t.pwt")).output) == alone)
  }

  @Test func aSampledCurveStatesItsError() throws {
    let tool = try prepared()
    let outcome = try tool("curve", "t.pwt", "--page", "4K", "--sample", "0.125", "--csv", "c.csv")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.text.contains("±"))
    #expect(outcome.text.contains("standard error"))
    #expect(outcome.text.contains("; ~ marks what is\n  estimated without a stated error\n"))
    // Page, pages touched, footprint, its unit, cold misses, pages sampled.
    let line = try #require(outcome.text.split(separator: "\n").first { $0.hasPrefix("  4K ") })
    let marks = line.split(separator: " ").map { $0.hasPrefix("~") }
    #expect(marks == [false, true, true, false, true, false], "\(line)")
    #expect(outcome.text.contains(#/\n  cold +~[0-9.]+ %\n/#))
    #expect(try !tool("curve", "t.pwt", "--page", "4K").text.contains("~"))
    let rows = rows(try tool.read("c.csv"))
    #expect(rows.first?[4] == "8")
    #expect(rows.contains { !$0[10].isEmpty && $0[10] != "0" })
  }

  @Test func samplesOfAFewPagesAreWarnedOf() throws {
    let tool = try prepared()
    let outcome = try tool("curve", "t.pwt", "--page", "2M", "--sample", "0.01")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("warning: 2M: "))
  }

  @Test(
    arguments: [
      (["--page", "3K"], 2, "3K"), (["--page", "4K,4K"], 2, "twice"), (["--page", ""], 2, "page"),
      (["--sets", "1"], 2, "--sets"), (["--sets", "99999999"], 2, "--sets"), (["--sets", "x"], 2, "'x'"),
      (["--ways-up-to", "0"], 2, "--ways-up-to"), (["--stream", "code"], 2, "data, instructions, both"),
      (["--sample", "0"], 2, "--sample"), (["--sample", "0.2"], 2, "0.125"),
      (["--sample", "nan"], 2, "--sample"), (["--sample", "5%"], 2, "as 0.05"),
      (["--sample", "0.1", "--sets", "16"], 2, "--sets"), (["--jobs", "0"], 2, "--jobs"),
      (["--target", "2"], 2, "--target"), (["--target", "x"], 2, "as 1%"),
      (["--limit", "0"], 2, "--limit"), (["--skip", "1000000"], 2, "1000 accesses"),
      (["--warmup", "100%"], 2, "100%"),
    ] as [([String], Int32, String)])
  func aCurveThatCannotBeSaysWhy(options: [String], status: Int32, words: String) throws {
    let tool = try prepared()
    try tool.expectMistake(["curve", "t.pwt", "--csv", "out"] + options, status: status, says: [words])
  }

  @Test func aCurveIsNoResultsOfAReplay() throws {
    let tool = try prepared()
    #expect(try tool("curve", "t.pwt", "--csv", "c.csv").status == 0)
    for command in [["report", "c.csv"], ["recheck", "c.csv"]] {
      try tool.expectMistake(command, status: 3, says: ["c.csv: a miss curve", "pagewalk curve"])
    }
  }

  @Test func everySizeNeedsAFile() throws {
    try prepared().expectMistake(["curve", "t.pwt", "--every-size"], status: 2, says: ["--csv"])
  }

  @Test func aTargetNeedsATable() throws {
    let tool = try prepared()
    try tool.expectMistake(
      ["curve", "t.pwt", "--target", "0.1", "--csv", "-"], status: 2, says: ["--target", "--csv"])
  }
}
