import Addressing
import ArgumentParser
import Experiments
import Results
import Store

/// `pagewalk sweep status`: how far the sweeps of a store are.
struct SweepStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how many points of each plan a store has, and which are missing.",
    discussion: "Where a trace has changed since, it says how many points are of the one before.")

  @Argument(help: "A store.") var store: String
  @Flag(help: "List every missing point with its key.") var missing = false

  func run() throws {
    let plans = try CommandFailure.reporting { () throws(StoreError) -> [(SweepStatus, [ReplayedTrace])] in
      let store = try ResultStore.existing(store, schema: .sweep)
      var plans: [(SweepStatus, [ReplayedTrace])] = []
      for status in try store.status() { plans.append((status, try store.traces(of: status.plan))) }
      return plans
    }
    guard !plans.isEmpty else {
      throw CommandFailure(.badData, "\(store): no plan was taken over yet: run its sweep")
    }
    let lines = plans.flatMap { status, traces in
      status.lines(listing: missing) + traces.compactMap { Self.change(of: $0, status.plan) }
    }
    try OutputFile.write(lines.map { $0 + "\n" }.joined(), to: "-")
  }

  /// What is said of a trace in whose place another one lies by now, of which the points are others to `sweep run`; nil
  /// where none does.
  private static func change(of trace: ReplayedTrace, _ plan: String) -> String? {
    var another: String?
    for path in trace.paths where InputFile.isRegular(path) {
      guard let now = try? ReplayTrace(path).identity.digest else { continue }
      if now == trace.digest { return nil }
      another = another ?? path
    }
    let points = trace.points.counting("point is", "points are")
    return another.map {
      "\(plan): \($0) changed since: \(points) of the trace before: run the sweep again for those of this one"
    }
  }
}

extension SweepStatus {
  /// For people: the count, and what is missing.
  func lines(listing: Bool) -> [String] {
    guard let first = missing.first else { return ["\(plan): \(planned) of \(planned) points"] }
    let head = "\(plan): \(finished) of \(planned) points, \(missing.count) missing"
    return listing ? [head] + missing.map { "\($0.key)  \($0.label)" } : ["\(head): first \(first.label)"]
  }
}
