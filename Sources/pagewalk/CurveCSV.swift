import Replaying
import Reporting
import Results

/// Miss curves as CSV: a header of `#` lines that say where they come from, and a row for each size.
struct CurveCSV {
  let text: String

  /// - Parameter everySize: Whether a size has a row where its misses are those of the size before.
  init(_ result: CurveResult, of trace: TraceIdentity, everySize: Bool) {
    var rows: [String] = []
    for curve in result.curves {
      Self.append(curve, of: result.counts.accesses, everySize: everySize, to: &rows)
    }
    var header = [
      "pagewalk: \(Pagewalk.version)", "schema: curve 1", "command: \(Invocation.commandLine)",
      "trace: \(trace.digest) \(trace.name)",
      "counted: \(result.counts.accesses) accesses, \(result.counts.instructions) instructions, after "
        + "\(result.warmupAccesses) of warm-up",
      "replacement: lru", "events: passed over, \(result.ignoredEvents)",
    ]
    if !everySize {
      header.append("sizes: those at which misses change; sizes between two rows are as the first")
    }
    header.append("rows: \(rows.count)")
    text =
      header.map { "# \(CSVReport.printable($0))\n" }.joined() + Self.columns.joined(separator: ",") + "\n"
      + rows.joined()
  }

  private static let columns = [
    "stream", "page", "sets", "ways", "entries", "lookups", "misses", "cold_misses", "footprint_pages",
    "miss_rate", "miss_rate_standard_error", "misses_per_1000_accesses",
  ]

  /// - Parameter accesses: All that were counted, of whatever stream, so that misses per thousand of them compare and add up.
  private static func append(
    _ curve: MissCurve, of accesses: UInt64, everySize: Bool, to rows: inout [String]
  ) {
    let kind = "\(curve.stream.rawValue),\(curve.page),\(curve.sets)"
    guard let first = curve.fewestWays else { return }
    for ways in first...curve.misses.count {
      let misses = curve.misses[ways - 1]
      guard everySize || ways == first || misses != curve.misses[ways - 2] else { continue }
      let rates =
        [curve.missRate(ways: ways), curve.standardError(ways: ways)]
        + [1000 * Double(misses) / Double(accesses)]
      let texts = rates.map { $0.map { PlainNumber.text($0, decimals: 9) } ?? "" }
      rows.append(
        "\(kind),\(ways),\(curve.entries(ways: ways)),\(curve.lookups),\(misses),\(curve.coldMisses),"
          + "\(curve.footprint),\(texts.joined(separator: ","))\n")
    }
  }
}
