import Experiments
import Machines
import Replaying
import Results
import Store
import Traces
import Workers

/// A plan with everything read that it names.
struct Sweep {
  let grid: Grid
  /// What a store keeps of it.
  let stored: StoredPlan
  /// What was read: the plan and the files that it names.
  let files: [String]

  /// - Parameter pool: Who reads traces and makes points.
  init(_ path: String, _ pool: WorkerPool) throws {
    let text = try InputFile.text(path)
    let file = path.split(separator: "/").last ?? ""
    let folder = String(path.dropLast(file.count))
    let plan = try Self.planned(path) { () throws(PlanError) in try SweepPlan(yaml: text) }
    let machineFiles = plan.machines.filter(MachineOptions.isFile)
    files = [path] + (plan.traces + machineFiles + plan.costs).map { Self.resolved($0, folder) }
    var traces: [String: TraceFacts] = [:]
    for name in plan.traces {
      traces[name] = try Self.named(path) { try Self.facts(Self.resolved(name, folder), pool) }
    }
    var machines: [String: MachineDescription] = [:]
    for name in plan.machines {
      let place = machineFiles.contains(name) ? Self.resolved(name, folder) : name
      machines[name] = try Self.named(path) { try MachineOptions.description(named: place) }
    }
    let costs = try plan.costs.map { name in try Self.named(path) { try Self.costs(name, folder) } }
    let (read, found) = (traces, machines)
    grid = try Self.planned(path) { () throws(PlanError) in
      try Grid(plan, machines: found, traces: read, pool: pool)
    }
    stored = StoredPlan(
      name: String(file), text: text,
      points: grid.points.map { PlannedPoint(key: $0.key, label: $0.label) }, costs: costs,
      traces: traces.values.map { StoredTrace(digest: $0.digest, path: $0.path) }
        .sorted { ($0.digest, $0.path) < ($1.digest, $1.path) })
  }

  private static func planned<Value>(
    _ path: String, _ make: () throws(PlanError) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try make() } catch { throw CommandFailure(.badConfiguration, file: path, error) }
  }

  /// Names the plan in what is wrong with a file that it names.
  private static func named<Value>(_ path: String, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let failure as CommandFailure {
      throw CommandFailure(failure.status, file: path, failure)
    }
  }

  private static func resolved(_ name: String, _ folder: String) -> String {
    name.hasPrefix("/") ? name : (folder == "" && !name.contains("/") ? "./" : folder) + name
  }

  /// What the footers of a trace tell, and its footprint, which takes a pass over it; a sweep reads files only.
  private static func facts(_ path: String, _ pool: WorkerPool) throws -> TraceFacts {
    let trace = try ReplayTrace(path)
    let identity = trace.identity
    guard let records = trace.input.recordCount else {
      throw CommandFailure(.badConfiguration, "\(path): a sweep replays a trace several times: give a file")
    }
    let pages: Int
    do { pages = try TraceStatistics(reading: trace.input.reader, pool: pool).pages } catch {
      throw CommandFailure(.badData, file: path, error)
    }
    return TraceFacts(
      path: path, name: identity.name, digest: identity.digest, records: records, pages: UInt64(pages))
  }

  private static func costs(_ name: String, _ folder: String) throws(CommandFailure) -> StoredCosts {
    let path = resolved(name, folder)
    let text = try InputFile.text(path)
    do {
      return StoredCosts(name: name, text: try CostTable(parsing: text).lines.joined(separator: "\n"))
    } catch {
      throw CommandFailure(.badConfiguration, file: path, error)
    }
  }
}
