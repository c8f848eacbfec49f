import Machines
import Replaying
import Reporting
import Results
import Strategies

/// The rows of a replay, made from what lanes counted, what was replayed and on which machine.
struct ReplayRows {
  private let specifications: [LaneSpecification]
  private let options: ReplayOptions
  private var rows: [ResultRow] = []
  private var traces: [Provenance.TraceSource] = []

  init(_ specifications: [LaneSpecification], _ options: ReplayOptions) {
    self.specifications = specifications
    self.options = options
  }

  /// Adds the results of traces that were replayed together; returns their rows.
  mutating func append(_ results: [ReplayResult], of traces: [TraceIdentity]) -> [ResultRow] {
    for trace in traces { self.traces.append(.init(name: trace.path, digest: trace.digest)) }
    let added = results.map {
      ResultRow($0, of: specifications[$0.lane], traces[$0.source], options)
    }
    rows += added
    return added
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
}
