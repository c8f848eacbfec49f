import Addressing
import ArgumentParser
import Replaying
import Reporting
import Results
import Strategies

/// `replay`: traces through strategies, to a table, CSV and JSON.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay traces through translation strategies, and report what it cost.",
    discussion: """
      Several traces are several virtual machines that share the machine and take turns; with --each every trace \
      is replayed by itself. All strategies, machines and page sizes given are replayed in one decode.
      """)

  @Argument(help: "Traces; - is standard input, read once and so without shortcuts: up to twice the time.")
  var traces: [String]

  @Option(
    help:
      "Strategies, separated by commas; by default all: \(StrategyRegistry.names.joined(separator: ", ")).",
    transform: CommaList.init(parsing:))
  var strategy = CommaList(StrategyRegistry.names)

  @OptionGroup var machines: MachineOptions

  @Flag(help: "Replay every trace by itself instead of letting them share the machine.")
  var each = false

  @Option(
    help: "Pass over this many accesses at the start of each trace; its events are applied.",
    transform: AccessCount.parse)
  var skip: UInt64 = 0

  @Option(help: "Replay this many accesses of each trace.", transform: AccessCount.parse)
  var limit: UInt64?

  @Option(
    help: "Replay this many accesses before counting: a number, or a percentage as 30%.",
    transform: WarmupArgument.init(parsing:))
  var warmup: WarmupArgument?

  @Option(help: "Add a row for every so many accesses: a time series.", transform: AccessCount.parse)
  var interval: UInt64?

  @Flag(help: "Ignore what programs asked of their kernels: nothing is unmapped or protected.")
  var ignoreEvents = false

  @OptionGroup var jobs: JobsOption

  @OptionGroup var cost: CostOption
  @OptionGroup var outputs: ReportOutputs

  func validate() throws {
    if traces.isEmpty { throw ValidationError("name at least one trace") }
    if limit == 0 { throw ValidationError("--limit must be at least 1") }
    if interval == 0 { throw ValidationError("--interval must be at least 1") }
    if traces.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("standard input holds one trace: name files for the others")
    }
  }

  func run() throws {
    let costs = try cost.table() ?? CostTable()
    let (specifications, remarks) = try machines.specifications(strategies: strategies())
    var rows = ReplayRows(specifications, options)
    let reports = try outputs.opened(from: traces + machines.files + cost.files)
    for group in each ? traces.map({ [$0] }) : [traces] { try replay(group, specifications, into: &rows) }
    StandardError.printRemarks(remarks)
    try reports.write(rows.document(costs: costs, commandLine: Invocation.commandLine))
  }

  private func strategies() throws -> [any TranslationStrategy.Type] {
    var strategies: [any TranslationStrategy.Type] = []
    for name in strategy.values {
      do throws(StrategyError) { strategies.append(try StrategyRegistry.strategy(named: name)) } catch {
        throw CommandFailure(.badConfiguration, error.description)
      }
    }
    return strategies
  }

  private func replay(
    _ paths: [String], _ specifications: [LaneSpecification], into rows: inout ReplayRows
  ) throws {
    let (traces, results): ([ReplayTrace], [ReplayResult])
    do {
      (traces, results) =
        paths.allSatisfy(InputFile.isRegular)
        ? try options.withShortcuts(sharing: options.jobs == 1) { options in
          try Self.replay(paths, specifications, options)
        }
        : try Self.replay(paths, specifications, options)
    } catch let error as ReplayError {
      throw CommandFailure(error)
    }
    let added = rows.append(results, of: traces.map(\.identity))
    for (result, row) in zip(results, added) where result.lane == 0 && result.interval == nil {
      if let losses = row.losses { StandardError.printLine("pagewalk: \(row.identity.trace): \(losses)") }
      StandardError.printRemarks(warmup?.remarks(counted: row.accesses) ?? [])
    }
  }

  private static func replay(
    _ paths: [String], _ specifications: [LaneSpecification], _ options: ReplayOptions
  ) throws -> (traces: [ReplayTrace], results: [ReplayResult]) {
    let traces = try paths.map { path in try ReplayTrace(path) }
    let progress = ProgressLine(name: traces.map(\.name).joined(separator: ", "))
    defer { progress.finish() }
    var replayer = try Replayer(traces.map(\.input), specifications, options)
    return (traces, try replayer.replay { accesses, share in progress.show(accesses, share) })
  }

  private var options: ReplayOptions {
    var options = ReplayOptions()
    options.skip = skip
    options.limit = limit
    options.warmup = warmup?.value ?? .accesses(0)
    options.interval = interval
    options.ignoresEvents = ignoreEvents
    options.jobs = jobs.count
    return options
  }
}
