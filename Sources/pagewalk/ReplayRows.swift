import Addressing
import Machines
import PageTables
import Replaying
import Reporting
import Results
import Strategies

/// The rows of a replay, made from what lanes counted, what was replayed and on which machine.
struct ReplayRows {
  private let specifications: [LaneSpecification]
  private var rows: [ResultRow] = []
  private var traces: [Provenance.TraceSource] = []

  init(_ specifications: [LaneSpecification]) { self.specifications = specifications }

  /// Adds the results of traces that were replayed together.
  mutating func append(_ results: [ReplayResult], of traces: [TraceIdentity]) {
    for trace in traces { self.traces.append(.init(name: trace.name, digest: trace.digest)) }
    for result in results {
      rows.append(row(result, specifications[result.lane], traces[result.source]))
    }
  }

  /// Everything a report needs.
  func document(costs: CostTable, commandLine: String) -> ReportDocument {
    ReportDocument(
      provenance: Provenance(
        toolVersion: Pagewalk.version, commandLines: [commandLine], traces: traces,
        machines: effectiveMachines),
      rows: rows, costs: costs, strategies: StrategyRegistry.names)
  }

  private var effectiveMachines: [Provenance.EffectiveMachine] {
    var machines: [Provenance.EffectiveMachine] = []
    for machine in specifications.map(\.machine)
    where !machines.contains(where: { $0.digest == machine.digest }) {
      machines.append(
        .init(
          name: machine.name, digest: machine.digest,
          settings: machine.canonicalText.split(separator: "\n").map(String.init)))
    }
    return machines
  }

  private func row(
    _ result: ReplayResult, _ specification: LaneSpecification, _ trace: TraceIdentity
  ) -> ResultRow {
    let machine = specification.machine
    let isNative = specification.strategy.name == ResultIdentity.nativeStrategy
    let identity = ResultIdentity(
      trace: trace.name, traceDigest: trace.digest, traceScope: trace.scope, machine: machine.name,
      machineDigest: machine.digest, modelVersion: ModelVersion.current, seed: machine.seed,
      strategy: specification.strategy.name, strategyParameters: specification.changedParameters,
      interval: result.interval.map(UInt64.init), firstAccess: result.firstAccess,
      lastAccess: result.endAccess - 1, guestPage: machine.guest.page.rawValue,
      hostPage: isNative ? nil : machine.host.page.name, pagePolicy: Self.pagePolicy(machine),
      backing: machine.host.backing.rawValue)
    return ResultRow(
      identity: identity, configuration: machine.configuration, instructions: result.counts.instructions,
      accesses: result.counts.accesses, warmupAccesses: result.warmupAccesses, tally: result.tally,
      gauges: result.gauges, notApplicable: Self.notApplicable(specification))
  }

  /// Counters that mean nothing for the lane: the strategy's, and those of structures that the machine lacks.
  private static func notApplicable(_ specification: LaneSpecification) -> CounterSet {
    let machine = specification.machine
    var counters = specification.strategy.notApplicable
    if machine.firstLevelSharing == .unified {
      counters = counters.union([\.l1iLookups, \.l1iMisses])
    }
    if machine.nestedTLB == nil { counters = counters.union([\.nestedTLBHits, \.nestedTLBMisses]) }
    return counters
  }

  /// How the guest chooses pages and frames.
  private static func pagePolicy(_ machine: Machine) -> String {
    "demand \(machine.guest.allocator.rawValue)"
  }
}
