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
    abstract: "Holds every strategy against a reference translator on a made-up workload.",
    discussion: """
      Three virtual machines with three processes each map, unmap, protect, fork and exit at random. Every physical \
      address that a strategy answers must be the one that the guest's tables and the hypervisor's backing say at \
      that moment. Ends with status 1 if one is not.
      """)

  @Option(help: "Accesses to translate.") var accesses = 200_000
  @Option(help: "Seed of the workload: the same seed is the same workload.") var seed: UInt64 = 1

  func validate() throws {
    if accesses < 1 { throw ValidationError("--accesses must be at least 1") }
  }

  func run() throws {
    var wrong: [String] = []
    do {
      let trace = try StrategyConformance.trace(accesses: accesses, seed: seed)
      for lane in try lanes() {
        let (observer, _) = try StrategyConformance.check(trace, lane)
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
        "selftest: wrong physical addresses (\(wrong.joined(separator: "; "))): report it with --seed \(seed)"
      )
    }
  }

  /// Every strategy as it is, and with every other value of each of its parameters.
  private func lanes() throws -> [LaneSpecification] {
    let machine = try MachineDescription().machine()
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
