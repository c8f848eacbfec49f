import Addressing
import ArgumentParser
import Reporting
import Results
import Store

/// `pagewalk recheck`: whether results are what a replay of each row alone gives.
struct RecheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recheck",
    abstract: "Replays random rows of results one by one, and holds them against the reference translator.",
    discussion: """
      Rows of intervals are left out, and so must be those of traces that shared a machine. Traces are found by what \
      they hold: those given, those that the results name, and those of the right name beside the results or here. \
      Ends with status 1 if a row differs.
      """)

  @Argument(help: "A CSV of results, or the store of a sweep.") var results: String
  @Option(help: "Rows to replay; all where there are fewer.") var sample = 20
  @Option(help: "Seed of the choice: the same seed is the same rows.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Where a trace lies; repeatable.", valueName: "file")) var trace: [String] = []
  @OptionGroup var jobs: JobsOption

  func validate() throws {
    if sample < 1 { throw ValidationError("--sample must be at least 1") }
  }

  func run() throws {
    let folder = String(results.dropLast((results.split(separator: "/").last ?? "").count))
    let rows = try read(in: folder)
    let chosen = Self.choose(sample, of: rows.all.filter { $0.identity.interval == nil }, seed: seed)
    guard !chosen.isEmpty else { throw CommandFailure(.badData, "\(results): no rows of whole replays") }
    let traces = TraceFinder(given: trace, known: rows.traces, folders: [folder, ""])
    let recheck = Recheck(jobs: jobs.count)
    var differences: [String] = []
    for row in chosen {
      let path = try traces.path(name: row.identity.trace, digest: row.identity.traceDigest)
      if let difference = try recheck.difference(row, path) { differences.append(difference) }
    }
    let identical = chosen.count - differences.count
    try OutputFile.write("\(identical) of \(chosen.count) identical\n", to: "-")
    if let first = differences.first { throw CommandFailure(.failed, "\(results): \(first)") }
  }

  /// All rows, and where the traces lay that they are of; a CSV has their paths as its replay was given them, most
  /// likely in the folder of the CSV or here.
  private func read(in folder: String) throws(CommandFailure) -> (all: [ResultRow], traces: [String]) {
    guard InputFile.isStore(results) else {
      let document = try ResultFile.csv(results)
      let paths = document.provenance.traces.map(\.name)
      return (document.results.rows, paths.filter { !$0.hasPrefix("/") }.map { folder + $0 } + paths)
    }
    let contents = try ResultFile.store(results)
    return (contents.rows, contents.traces.map(\.path))
  }

  /// Some of `rows` at random, in their order.
  private static func choose(_ count: Int, of rows: [ResultRow], seed: UInt64) -> [ResultRow] {
    var generator = SplitMix64(seed: seed)
    return rows.indices.shuffled(using: &generator).prefix(count).sorted().map { rows[$0] }
  }
}
