import Addressing
import ArgumentParser
import Machines
import Replaying
import Strategies
import Traces
import TranslationTesting

/// `pagewalk selftest`: whether every strategy translates as a slow, obvious translator does.
struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Holds every strategy against a reference translator on a made-up workload or on a trace.",
    discussion: """
      Three virtual machines with three processes each map, unmap, protect, fork and exit at random. Every physical \
      address that a strategy answers must be the one that the guest's tables and the hypervisor's backing say at \
      that moment. Ends with status 1 if one is not. With --trace the workload is a trace, of a program or of a whole \
      guest, with as many levels of page tables as it has.
      """)

  @Option(help: "Accesses to translate.", transform: AccessCount.parse) var accesses: UInt64 = 200_000
  @Option(help: "Seed of the workload: the same seed is the same workload.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Replay this trace, all of it, in place of the workload.", valueName: "trace"))
  var trace: String?

  func validate() throws {
    if accesses < 1 { throw ValidationError("--accesses must be at least 1") }
    if trace == "-" { throw ValidationError("--trace is read once for each strategy: name a file") }
  }

  func run() throws {
    var wrong: [String] = []
    do {
      let workload =
        try trace == nil ? StrategyConformance.trace(accesses: Int(clamping: accesses), seed: seed) : []
      for lane in try lanes() {
        let (observer, _) = try ReplayOptions().withShortcuts(sharing: false) { options in
          try trace.map { try StrategyConformance.check(ReplayTrace($0).input, lane, options: options) }
            ?? StrategyConformance.check(workload, lane, options: options)
        }
        if observer.violationCount > 0 { wrong.append(lane.title) }
        try OutputFile.write("\(lane.title): \(observer.verdict)\n", to: "-")
      }
    } catch let error as TraceError {
      throw CommandFailure(error)
    } catch let error as ReplayError {
      throw CommandFailure(error)
    }
    guard wrong.isEmpty else {
      throw CommandFailure(
        .failed,
        "selftest: wrong physical addresses (\(wrong.joined(separator: "; "))): report it with \(trace.map { "the trace \($0)" } ?? "--seed \(seed)")"
      )
    }
  }

  /// The levels of a recorded guest's tables.
  private func recordedLevels() throws -> Int? {
    guard let trace else { return nil }
    let reader = try TraceFile.open(trace)
    var block = RecordBlock()
    guard reader.header.scope == .wholeSystem, let first = try reader.nextBlock() else { return nil }
    try BlockDecoder().decodeRecords(first, into: &block)
    return RecordedLevels.levels(in: block)
  }

  /// Every strategy as it is, and with every other value of each of its parameters.
  private func lanes() throws -> [LaneSpecification] {
    var description = MachineDescription()
    if let levels = try recordedLevels() {
      try description.set("guest.levels=\(levels)")
      // A guest that uses no identifiers does not notice them.
      try description.set("pcid=on")
    }
    let machine = try description.machine()
    return StrategyRegistry.all.flatMap { strategy in
      let changed = strategy.parameters.flatMap { parameter in
        parameter.values.dropFirst().map { [parameter.key: $0] }
      }
      return ([[:]] + changed).map {
        LaneSpecification(machine: machine, strategy: strategy, parameters: $0)
      }
    }
  }
}

extension LaneSpecification {
  /// The strategy with the parameters that are not its defaults.
  fileprivate var title: String {
    let changed = changedParameters
    return changed.isEmpty ? strategy.name : "\(strategy.name) \(changed)"
  }
}

extension ReferenceObserver {
  /// What was checked and what came of it, with the first wrong answer if there is one.
  fileprivate var verdict: String {
    let checked = "\(checked) page runs and \(events) guest events checked"
    guard let first = violations.first else { return "\(checked), every physical address right" }
    let expected = first.expected.map { "\($0)" } ?? "a fault"
    return "\(checked), \(violationCount) WRONG: first at \(first.address) of machine \(first.vm), "
      + "answered \(first.answer) for \(expected)"
  }
}
