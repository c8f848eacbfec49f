import Addressing
import Replaying
import Reporting
import Results
import TranslationCaches

/// Miss curves as a person reads them at a glance: a table for each stream and number of sets, a column for each page
/// size, and a row for each power of two.
struct CurveTable {
  private(set) var text = ""
  private let target: Double?

  /// - Parameter target: The share of lookups that may miss in the smallest TLB asked for; nil asks for none.
  init(_ result: CurveResult, of trace: String, target: Double? = nil) {
    self.target = target
    let counts = result.counts
    func counting(_ number: UInt64, _ one: String, _ many: String) -> String {
      number.counting(one, many, digits: HumanNumber.count(number))
    }
    text = "\(trace), LRU\n"
    text += "  \(counting(counts.accesses, "access", "accesses"))"
    text += ", \(counting(counts.instructions, "instruction", "instructions"))"
    if result.warmupAccesses > 0 { text += ", after \(HumanNumber.count(result.warmupAccesses)) of warm-up" }
    text += "; "
    text += "\(counting(UInt64(result.ignoredEvents), "event", "events")) passed over: nothing is unmapped\n"
    if let sampled = result.curves.first(where: { $0.sampling != nil }) { addSampling(sampled) }
    for stream in CurveStream.allCases {
      let curves = result.curves.filter { $0.stream == stream }
      if !curves.isEmpty { add(curves, of: stream) }
    }
  }

  private mutating func addSampling(_ curve: MissCurve) {
    let samples = SampledStackDistances.sampleCount
    text += """
        estimated from \(samples) samples of the pages; ± is the standard error of their mean, and the exact rate is
        within \(SampledEstimate.confidenceFactor) of it to either side with 95 % confidence; a sampled page stands for
        \(curve.sampling?.resolution ?? 1) entries, and smaller TLBs are left out; ~ marks what is
        estimated without a stated error

      """
  }

  /// Says of which page sizes too few pages are sampled.
  private mutating func addWarnings(_ curves: [MissCurve]) {
    for curve in curves {
      guard let sampling = curve.sampling, sampling.pages < MissCurve.Sampling.fewestPages else { continue }
      text +=
        "  warning: \(curve.page): \(sampling.pages) pages in samples tell nothing: leave out --sample\n"
    }
  }

  private mutating func add(_ curves: [MissCurve], of stream: CurveStream) {
    let full = curves.filter { $0.sets == 1 }
    text += "\n\(Self.title(stream)): \(HumanNumber.count(full[0].lookups)) lookups\n\n"
    add(footprints(full))
    addWarnings(full)
    for sets in Set(curves.map(\.sets)).sorted() {
      let family = curves.filter { $0.sets == sets }
      text += sets == 1 ? "\n  fully associative\n" : "\n  \(sets) sets\n"
      add(rates(family))
    }
  }

  private mutating func add(_ rows: [[String]]) {
    for line in AlignedColumns.lines(rows) { text += line + "\n" }
  }

  private static func title(_ stream: CurveStream) -> String {
    switch stream {
    case .data: "data"
    case .instructions: "instructions"
    case .both: "instructions and data in one TLB"
    }
  }

  private func footprints(_ curves: [MissCurve]) -> [[String]] {
    var lines = [["page", "pages touched", "footprint", "cold misses"]]
    if curves.contains(where: { $0.sampling != nil }) { lines[0].append("pages sampled") }
    for curve in curves {
      let counts = [
        HumanNumber.count(curve.footprint), HumanNumber.bytes(curve.footprint * curve.page.bytes),
        HumanNumber.count(curve.coldMisses),
      ]
      lines.append(["\(curve.page)"] + counts.map { Self.marked($0, curve) })
      if let sampling = curve.sampling {
        lines[lines.count - 1].append(HumanNumber.count(UInt64(sampling.pages)))
      }
    }
    return lines
  }

  /// The shares of the lookups that miss.
  private func rates(_ curves: [MissCurve]) -> [[String]] {
    let isFull = curves[0].sets == 1
    var lines = [(isFull ? ["entries"] : ["ways", "entries"]) + curves.map { "\($0.page)" }]
    var ways = 1
    while ways <= curves[0].misses.count {
      let cells = curves.map { Self.rate($0, ways: ways) }
      let entries = HumanNumber.count(UInt64(curves[0].entries(ways: ways)))
      if cells.contains(where: { !$0.isEmpty }) {
        lines.append((isFull ? [entries] : ["\(ways)", entries]) + cells)
      }
      ways *= 2
    }
    let cold = curves.map { curve in
      curve.lookups == 0
        ? "" : Self.marked("\(Self.percentage(Double(curve.coldMisses) / Double(curve.lookups))) %", curve)
    }
    lines.append((isFull ? ["cold"] : ["cold", ""]) + cold)
    if let target {
      let heading = "at most \(PlainNumber.text(100 * target, decimals: 6)) %"
      lines.append(
        (isFull ? [heading] : [heading, ""]) + curves.map { Self.fewestEntries(of: $0, for: target) })
    }
    return lines
  }

  /// The fewest entries with which no more than a share of the lookups misses.
  private static func fewestEntries(of curve: MissCurve, for target: Double) -> String {
    guard curve.fewestWays != nil else { return "" }
    guard let ways = curve.fewestWays(forMissRate: target) else { return "none" }
    let entries = UInt64(curve.entries(ways: ways))
    // Of sizes below the resolution, samples do not tell.
    let bound = ways == curve.sampling?.resolution ? "≤ " : ""
    return bound + marked(entries.counting("entry", "entries", digits: HumanNumber.count(entries)), curve)
  }

  private static func rate(_ curve: MissCurve, ways: Int) -> String {
    guard let rate = curve.missRate(ways: ways) else { return "" }
    let error = curve.standardError(ways: ways).map { " ± \(percentage($0))" } ?? ""
    return "\(percentage(rate))\(error) %"
  }

  /// A number, marked where it comes from samples.
  private static func marked(_ number: String, _ curve: MissCurve) -> String {
    curve.sampling == nil ? number : "~\(number)"
  }

  private static func percentage(_ share: Double) -> String { HumanNumber.fixed(100 * share, 3) }
}
