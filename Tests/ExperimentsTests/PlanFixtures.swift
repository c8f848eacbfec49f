import Experiments
import Machines
import Replaying
import Workers

/// Plans over traces that are not there: all that points need is what footers tell.
enum PlanFixtures {
  /// The grid of a plan whose traces have a million accesses each, and whose machines are presets.
  static func grid(_ yaml: String, workers: Int = 1) throws -> Grid {
    let plan = try SweepPlan(yaml: yaml)
    var machines: [String: MachineDescription] = [:]
    for name in plan.machines { machines[name] = MachineDescription(try Preset.named(name)) }
    var traces: [String: TraceFacts] = [:]
    for name in plan.traces {
      traces[name] = TraceFacts(
        path: name, name: name, digest: "sha256:\(name)", records: 1_000_000, pages: 5000)
    }
    return try Grid(plan, machines: machines, traces: traces, pool: WorkerPool(workers: workers))
  }

  /// What is wrong with a plan.
  static func mistake(_ yaml: String) -> String? {
    do {
      _ = try grid(yaml)
      return nil
    } catch {
      return "\(error)"
    }
  }
}

extension Point {
  func setting(_ key: String) -> String? { specification.machine.text(of: key) }
}
