import Addressing
public import ArgumentParser
public import Importing
import Traces

/// `pagewalk merge`: one trace of several that take turns.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Makes one trace of several, as virtual machines, processes or threads that take turns.",
    discussion: """
      Owners get numbers from 0, so that none collide. As vms, the result replays to the sums of what the traces give \
      in one replay together with vm.quantum of the same quantum, if each is of one segment. As threads, all share one \
      memory: a mapping made by one is there for all, and replaces another's at its place. Segments of a trace are \
      joined.
      """)

  @Argument(help: "The traces; one of them may be - for standard input.") var traces: [String]

  @Option(
    name: .output,
    help: ArgumentHelp("The trace to write, or - for standard output.", valueName: "trace"))
  var output: String

  @Option(name: .customLong("as"), help: "What each trace becomes.") var role: MergeRole

  @Option(help: "Who runs next.") var schedule = MergeSchedule.Order.roundRobin

  @Option(
    help: ArgumentHelp("How long a turn is, by default 100000.", valueName: "accesses"),
    transform: AccessCount.parse)
  var quantum: UInt64 = 100_000

  @Option(help: "Seed of --schedule random, by default 1.") var seed: UInt64?

  func validate() throws {
    if traces.count < 2 { throw ValidationError("name at least two traces") }
    if traces.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input holds one trace; name the others")
    }
    if quantum == 0 { throw ValidationError("--quantum must be at least 1") }
    if seed != nil, schedule != .random { throw ValidationError("--seed is of --schedule random only") }
  }

  func run() throws {
    try CommandFailure.reporting {
      let readers = try traces.map { try TraceFile.open($0) }
      var header = readers[0].header
      header.recorder = "pagewalk \(Pagewalk.version) merge"
      header.command = ""
      header.sourceDigest = nil
      header.skipped = 0
      header.note = note
      try TraceFile.write(to: output, from: traces) { sink in
        let writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
        let merger = TraceMerger(as: role, MergeSchedule(schedule, seed: seed ?? 1), quantum: quantum)
        try merger.merge(readers, to: writer)
        try writer.finish()
      }
    }
  }

  private var note: String {
    let turns = "\(schedule.rawValue)\(schedule == .random ? " seed \(seed ?? 1)" : ""), quantum \(quantum)"
    return "merged as \(role.rawValue), \(turns): \(traces.joined(separator: ", "))"
  }
}

extension MergeRole: ExpressibleByArgument {}

extension MergeSchedule.Order: ExpressibleByArgument {}
