import Replaying
import Reporting
import Results

/// Miss curves as CSV: a header of `#` lines that say where they come from, and a row for each size.
struct CurveCSV {
  let text: String

  /// - Parameter everySize: Whether a size has a row where its misses are those of the size before.
  init(_ result: CurveResult, of trace: TraceIdentity, everySize: Bool) {
    var rows: [String] = []
    for curve in result.curves { Self.append(curve, everySize: everySize, to: &rows) }
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
    "miss_rate", "miss_rate_standard_error",
  ]

  private static func append(_ curve: MissCurve, everySize: Bool, to rows: inout [String]) {
    let kind = "\(curve.stream.rawValue),\(curve.page),\(curve.sets)"
    guard let first = curve.fewestWays else { return }
    for ways in first...curve.misses.count {
      let misses = curve.misses[ways - 1]
      guard everySize || ways == first || misses != curve.misses[ways - 2] else { continue }
      let rates = [curve.missRate(ways: ways), curve.standardError(ways: ways)]
        .map { $0.map { PlainNumber.text($0, decimals: 9) } ?? "" }
      rows.append(
        "\(kind),\(ways),\(curve.entries(ways: ways)),\(curve.lookups),\(misses),\(curve.coldMisses),"
          + "\(curve.footprint),\(rates.joined(separator: ","))\n")
    }
  }
}
