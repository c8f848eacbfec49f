import Foundation
import Reporting
import Results
import Testing

@Suite struct SummaryTests {
  /// What the terminal shows, its lines and columns run together.
  private func terminal(_ rows: [ResultRow], costs: CostTable = CostTable()) -> String {
    let text = TerminalTable(isColoured: false).text(
      ReportDocument(provenance: Sample.provenance, rows: rows, costs: costs, strategies: Sample.strategies))
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private var native: ResultRow { Sample.rows[0] }

  @Test func theFirstTouchWarningStandsExactlyWhenMoreThanHalfTheWalksAre() {
    var row = native
    row.tally.steady.walks = 900
    #expect(!terminal([row]).contains("are first touches"))
    row.tally.steady.walks = 899
    #expect(terminal([row]).contains("warning: 50.03 % of the walks are first touches"))
    #expect(terminal([row, Sample.rows[1]]).contains("of the walks (native) are first touches"))
  }

  @Test func blocksOfOneMachineAreToldApartByTheSettingsInWhichTheyDiffer() {
    var row = native
    #expect(terminal([row]).contains("on skylake-lru, 4K guest pages"))
    row.identity.machineDigest = "another"
    row.configuration[0] = ConfigurationAxis(key: "l1d.4K", value: "32x4")
    let text = terminal([native, row])
    #expect(text.contains("on skylake-lru l1d.4K=64x4, 4K guest pages"))
    #expect(text.contains("on skylake-lru l1d.4K=32x4, 4K guest pages"))
    row.identity.machine = "small"
    #expect(terminal([native, row]).contains("on small, 4K guest pages"))
  }

  @Test func pagesMappedAgainForEverAreWarnedOf() {
    var row = native
    row.gauges.footprintBytes = 17 * 4096
    row.tally.firstTouch.faultsNotPresent = 34
    #expect(!terminal([row]).contains("first touches of"))
    row.tally.firstTouch.faultsNotPresent = 16_001
    #expect(terminal([row]).contains("warning: 16,001 first touches of 17 pages: those mapped again"))
  }

  @Test func backingLargePagesAtThePriceOfSmallOnesIsWarnedOf() throws {
    var rows = Sample.rows.filter { $0.identity.strategy == "nested" && $0.identity.interval == nil }
    for index in rows.indices { rows[index].tally.firstTouch.pagesBacked = 5 }
    let (small, large) = (rows[0], rows[1])
    #expect(small.identity.hostPage == "4K" && large.identity.hostPage == "2M")
    #expect(!terminal([small]).contains("page_backed is the price"))
    #expect(terminal([small, large]).contains("and zeroing one of 2M takes longer"))
  }

  @Test func tracesThatLostRecordsSaySo() {
    var row = native
    #expect(!terminal([row]).contains("lost"))
    (row.gaps, row.lostRecords) = (1, 0)
    #expect(terminal([row]).contains("warning: the trace has 1 gap, in which records were lost"))
    (row.gaps, row.lostRecords) = (2, 65_000)
    #expect(
      terminal([row]).contains("warning: the trace has 2 gaps, in which at least 65,000 records were lost"))
    (row.gaps, row.lostRecords) = (nil, nil)
    #expect(!terminal([row]).contains("lost"))
  }

  @Test func eachStrategysBestMachineIsNamedWhereThereAreSeveral() {
    #expect(!terminal(Sample.rows).contains("best machine"))
    func on(_ machine: String, _ row: ResultRow, walks: UInt64) -> ResultRow {
      var row = row
      row.identity.machine = machine
      row.identity.machineDigest = machine
      row.tally.steady.walkReferencesGuest = walks
      return row
    }
    // 7 cycles for each lookup of L2 that hits, 1 for a walk-cache hit, 54 for each reference of a walk.
    let rows = [
      on("small", Sample.rows[0], walks: 200_000), on("small", Sample.rows[2], walks: 100_000),
      on("large", Sample.rows[0], walks: 100_000), on("large", Sample.rows[2], walks: 200_000),
      on("huge", Sample.rows[0], walks: 100_000),
    ]
    let text = terminal(rows)
    #expect(
      text.contains("each strategy's best machine, by steady cycles trace strategy machines steady best"))
    #expect(text.contains(#/join, "large" native 3 [0-9.]+ M large 4K guest, and 1 more/#), "\(text)")
    #expect(text.contains(#/join, "large" nested 2 [0-9.]+ M small 4K guest 4K host/#), "\(text)")
    #expect(!text.contains("accesses 1000000 to"))
    // Another part of the trace is no rival.
    var part = on("large", Sample.rows[0], walks: 1)
    part.identity.lastAccess += 1
    #expect(!terminal([rows[0], part]).contains("best machine"))
    let parts = terminal(rows + [part, on("small", part, walks: 2)])
    #expect(
      parts.contains(#/"large", accesses 1000000 to 13345678 native 2 [0-9,.]+( M)? large/#), "\(parts)")
    #expect(
      parts.contains(#/"large", accesses 1000000 to 13345677 nested 2 [0-9,.]+( M)? small/#), "\(parts)")
    // Neither is another seed.
    let seeds = terminal(
      rows
        + rows.map { row in
          var row = row
          row.identity.seed = 7
          return row
        })
    #expect(seeds.contains(#/"large", seed 42 native 3 [0-9.]+ M large/#), "\(seeds)")
    #expect(seeds.contains(#/"large", seed 7 native 3 [0-9.]+ M large/#), "\(seeds)")
  }

  @Test func userTracesSayWhatTheyLack() {
    var row = native
    #expect(terminal([row]).contains("warning: trace_scope=user"))
    row.tally.firstTouch.faultsNotPresent = 1_235
    #expect(terminal([row]).contains("1,235 true faults, and the trace lacks the kernel's handling of them"))
    row.tally.firstTouch.faultsNotPresent = 1_234
    #expect(!terminal([row]).contains("do not rely on this ranking"))
    row.identity.traceScope = .system
    row.tally.firstTouch.faultsNotPresent = 100_000
    #expect(!terminal([row]).contains("trace_scope=user"))
    #expect(!terminal([row]).contains("do not rely on this ranking"))
  }

  @Test func guestsRecordedInPartSayWhatTheyLack() {
    var row = native
    for (scope, lacking) in [(TraceScope.systemUser, "its kernel"), (.systemKernel, "its programs")] {
      row.identity.traceScope = scope
      let text = terminal([row]).replacing(/\s+/, with: " ")
      #expect(text.contains("warning: trace_scope=\(scope.rawValue): a whole guest"))
      #expect(text.contains("those of \(lacking) were left out"))
    }
  }

  @Test func onlyTLBsThatAreThereHaveARow() {
    var row = native
    #expect(terminal([row]).contains("L1 data 4.35 M 210,900"))
    row.notApplicable = row.notApplicable.union([\.l1iLookups, \.l1iMisses])
    let unified = terminal([row])
    #expect(unified.contains("L1 unified 4.35 M 210,900"))
    #expect(!unified.contains("L1 data") && !unified.contains("L1 instruction") && unified.contains(" L2 "))
    row.notApplicable = row.notApplicable.union([\.l2Lookups, \.l2Misses])
    #expect(!terminal([row]).contains(" L2 "))
  }

  @Test func theFooterCountsTheEstimatesUsed() throws {
    let text = terminal([native])
    #expect(text.contains("cycles rest on 4 costs, 2 of them estimated [E] or recalled [M]"))
    #expect(text.contains("walk_reference 54 [E]"))
    let measured = try CostTable(parsing: "walk_reference: 31.5 [V] ours")
    #expect(terminal([native], costs: measured).contains("walk_reference 31.5 [V]"))
    #expect(terminal([native], costs: measured).contains("4 costs, 1 of them"))
  }

  @Test func intervalsAreLeftToFilesUnlessThereIsNothingElse() {
    #expect(terminal(Sample.rows).contains("rows of intervals, in CSV and JSON only: 1"))
    #expect(terminal([Sample.rows[5]]).contains("4K guest pages, interval 0"))
    #expect(terminal([]) == "no rows")
  }

  @Test func coloursAreOnlyThereWhenAskedFor() {
    let plain = TerminalTable(isColoured: false).text(Sample.document)
    let coloured = TerminalTable(isColoured: true).text(Sample.document)
    #expect(!plain.contains("\u{1b}"))
    var stripped = coloured
    for style in ["0", "1", "2", "32", "33"] {
      stripped = stripped.replacingOccurrences(of: "\u{1b}[\(style)m", with: "")
    }
    #expect(stripped == plain)
  }

  @Test func jsonIsJSONWithTheSchemasKeys() throws {
    let text = JSONReport().text(Sample.document)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows.count == Sample.rows.count)
    #expect(Set(rows[0].keys) == Set(Sample.document.schema.columns.map(\.name)))
    #expect(rows[0]["trace"] as? String == "join, \"large\"")
    #expect(rows[0]["vm_exits"] is NSNull)
    #expect(rows[1]["steady_walk_references_shadow"] as? Int == 180_000)
  }

  @Test func metricsNameEveryColumnAndCost() {
    let schema = Sample.document.schema
    let text = MetricsText.text(schema: schema, costs: CostTable())
    for name in schema.columns.map(\.name) + CostKey.allCases.map(\.rawValue) {
      #expect(text.contains("  \(name)"), "\(name)")
    }
  }
}
