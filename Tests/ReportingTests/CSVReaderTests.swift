import Reporting
import Results
import Testing

@Suite struct CSVReaderTests {
  let csv = CSVReport().text(Sample.document)

  private func message(_ text: String) -> String? {
    do {
      _ = try CSVReader.read(Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  /// The lines of the sample: how many `#` lines stand before the columns.
  private var headerLines: Int { csv.split(separator: "\n").prefix { $0.hasPrefix("#") }.count }

  /// The sample with `change` applied to the fields of its records, which hold no quoted commas then.
  private func changed(_ change: (inout [[String]]) -> Void) -> String {
    let plain = csv.split(separator: "\n").map { $0.split(separator: "\"join, \"\"large\"\"\"") }
    let lines = plain.map { $0.joined(separator: "join") }
    var records = lines.dropFirst(headerLines).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    change(&records)
    let head = lines.prefix(headerLines).map { $0 + "\n" }.joined()
    return head + records.map { $0.joined(separator: ",") + "\n" }.joined()
  }

  @Test func writingWhatWasReadGivesTheSameBytes() throws {
    let document = try CSVReader.read(Array(csv.utf8))
    #expect(CSVReport().text(document) == csv)
    #expect(document.provenance == Sample.provenance)
    #expect(document.results.rows.count == Sample.rows.count)
    for (read, written) in zip(document.results.rows, Sample.rows) {
      #expect(read.tally == written.tally)
      #expect(read.notApplicable == written.notApplicable)
      #expect(read.gauges == written.gauges)
      #expect(read.gaps == written.gaps && read.lostRecords == written.lostRecords)
      #expect(read.identity == written.identity)
    }
  }

  @Test func resultsBehindOthersInOneFileAreSeen() {
    let rows = csv.split(separator: "\n").count - headerLines
    func isNamed(_ text: String, at line: Int) -> Bool {
      message(text)?.hasPrefix("more than one file of results (line \(line) ") == true
    }
    #expect(isNamed(csv + csv, at: headerLines + rows + 1))
    // Without their headers.
    let plain = csv.split(separator: "\n").dropFirst(headerLines).map { $0 + "\n" }.joined()
    #expect(message(plain) == nil)
    #expect(isNamed(plain + plain, at: rows + 1))
  }

  @Test func everyOtherFormatIsTheSameAfterACSV() throws {
    let document = try CSVReader.read(Array(csv.utf8))
    #expect(JSONReport().text(document) == JSONReport().text(Sample.document))
    #expect(
      TerminalTable(isColoured: false).text(document)
        == TerminalTable(isColoured: false).text(Sample.document))
  }

  @Test func columnsMayStandInAnyOrderAndLinesEndInCRLF() throws {
    let reversed = changed { records in records = records.map { $0.reversed() } }
    let document = try CSVReader.read(Array(reversed.utf8))
    let straight = try CSVReader.read(Array(changed { _ in }.utf8))
    #expect(document.results.rows.map(\.tally) == straight.results.rows.map(\.tally))
    let windows = csv.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    #expect(CSVReport().text(try CSVReader.read(Array(windows.utf8))) == csv)
  }

  @Test func recostingEqualsCostingAtOnce() throws {
    let costs = try CostTable(
      parsing: "exit: 700 [V] ours\nwalk_reference: 31.25\nbase_cycles_per_instruction: 1")
    let recosted = try CSVReader.read(Array(csv.utf8)).recosted(with: costs, by: "pagewalk report")
    var provenance = Sample.provenance
    provenance.commandLines.append("pagewalk report")
    let atOnce = ReportDocument(
      provenance: provenance, rows: Sample.rows, costs: costs, strategies: Sample.strategies)
    #expect(CSVReport().text(recosted) == CSVReport().text(atOnce))
    #expect(CSVReport().text(recosted) != csv)
    // The costs travel in the header, so that reading the re-costed file keeps them.
    let again = try CSVReader.read(Array(CSVReport().text(recosted).utf8))
    #expect(again.results.costs == costs)
  }

  @Test func aFileCutAnywhereIsNoticed() throws {
    let bytes = Array(csv.utf8)
    let somewhere = Array(stride(from: 0, to: bytes.count, by: 211))
    for count in somewhere + [1, bytes.count - 1] {
      #expect(throws: ReportError.self, "cut after \(count) bytes") {
        try CSVReader.read(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func theFirstFaultIsNamedWithLineAndColumn() {
    let line = headerLines + 2
    func column(_ name: String, _ records: [[String]]) throws -> Int {
      try #require(records[0].firstIndex(of: name))
    }
    let bad = changed { try? $0[1][column("steady_walks", $0)] = "12x" }
    #expect(
      message(bad)
        == "value not understood (line \(line), column steady_walks: \"12x\"): see pagewalk metrics")
    let unequal = changed { try? $0[1][column("walks", $0)] = "5" }
    #expect(
      message(unequal)
        == "columns disagree (line \(line), column walks: \"5\", but its parts make \"100900\"): "
        + "make the file again"
    )
    let huge = changed { try? $0[1][column("steady_walks", $0)] = "18446744073709551615" }
    #expect(message(huge)?.hasPrefix("value not understood") == true)
    let signed = changed { try? $0[1][column("steady_walks", $0)] = "+5" }
    #expect(message(signed)?.contains("column steady_walks: \"+5\"") == true)
    let scope = changed { try? $0[1][column("trace_scope", $0)] = "kernel" }
    #expect(message(scope)?.contains("column trace_scope: \"kernel\"") == true)
    let short = changed { $0[1].removeLast() }
    #expect(message(short)?.hasPrefix("wrong number of fields (line \(line): ") == true)
  }

  @Test func columnsThatAreMissingTwiceOrForeignAreNamed() {
    let missing = changed { records in
      guard let index = records[0].firstIndex(of: "steady_walks") else { return }
      for row in records.indices { records[row].remove(at: index) }
    }
    #expect(message(missing) == "missing column (steady_walks): keep every column when you cut a file")
    let twice = changed { $0[0][3] = $0[0][4] }
    #expect(message(twice)?.hasPrefix("column twice (machine, line") == true)
    let dotted = changed { $0[0][$0[0].count - 1] = "l2.policy" }
    #expect(message(dotted)?.hasPrefix("not a column's name (\"l2.policy\"") == true)
  }

  @Test func resultsOfBeforeGapsWereToldAreReadAndStayUntold() throws {
    let old = changed { records in
      for name in ["gaps", "lost_records"] {
        guard let index = records[0].firstIndex(of: name) else { continue }
        for row in records.indices { records[row].remove(at: index) }
      }
    }
    #expect(!old.contains("lost_records"))
    let document = try CSVReader.read(Array(old.utf8))
    #expect(document.results.rows.map(\.tally) == Sample.rows.map(\.tally))
    #expect(document.results.rows.allSatisfy { $0.gaps == nil && $0.lostRecords == nil && $0.losses == nil })
    #expect(CSVReport().text(document).contains(",gaps,lost_records,"))
  }

  @Test func onlyItsOwnSchemaIsRead() {
    let future = csv.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0 == "# schema: 1" ? "# schema: 99" : $0
    }.joined(separator: "\n")
    #expect(
      message(future)
        == "unknown schema version (99, this program knows 1): use the pagewalk that wrote it")
    let bare = changed { $0[1][0] = "7" }
    #expect(message(bare)?.hasPrefix("unknown schema version (7,") == true)
    #expect(message("a,b\n1,2\n")?.hasPrefix("not results of pagewalk") == true)
    #expect(message("")?.hasPrefix("no results") == true)
    #expect(message("\"a\nb") == "file cut short (line 1 does not end): make the file again")
    #expect(message("a\"b\n") == "text beside quotes (line 1): quote the whole field, doubling quotes inside")
  }

  @Test func droppedRowsAreNoticed() {
    #expect(
      message(changed { $0.removeLast() })
        == "file cut short (5 of 6 rows): make the file again, or remove its # rows line")
  }

  @Test func rowsWithoutTheirHeaderAreStillResults() throws {
    let body = csv.split(separator: "\n").drop { $0.hasPrefix("#") }.map { $0 + "\n" }.joined()
    let document = try CSVReader.read(Array(body.utf8))
    #expect(document.results.costs == CostTable())
    #expect(document.results.rows.map(\.tally) == Sample.rows.map(\.tally))
  }

  @Test func notUTF8IsAnError() {
    #expect(throws: ReportError.unknownText(line: 1)) { try CSVReader.read([0xff, 0x0a]) }
  }
}
