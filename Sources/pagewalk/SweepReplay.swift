import Experiments
import Replaying
import Results
import Store
import Strategies
import Workers

/// Replays points of one trace and window together.
struct SweepReplay {
  let pool: WorkerPool

  /// The points that were replayed, and what is wrong with the others. A point that cannot be replayed keeps no other
  /// from it.
  func replay(_ points: [Point], _ progress: SweepProgress) -> (done: [FinishedPoint], failed: [String]) {
    guard !points.isEmpty else { return ([], []) }
    do {
      return (try replay(points) { progress.show($0, of: points.count) }, [])
    } catch {
      let error = (error as? ReplayError).map { CommandFailure($0) } ?? error
      let isOfAll = [.usage, .badData, .noInput].contains((error as? CommandFailure)?.status)
      guard points.count > 1, !isOfAll else { return ([], points.map { "\($0.label): \(error)" }) }
      let middle = points.count / 2
      let first = replay(Array(points[..<middle]), progress)
      let second = replay(Array(points[middle...]), progress)
      return (first.done + second.done, first.failed + second.failed)
    }
  }

  /// Replays points of one trace and window in one decode.
  func replay(_ points: [Point], progress: (_ share: Double) -> Void = { _ in }) throws -> [FinishedPoint] {
    var options = points[0].options
    options.jobs = pool.workers
    return try options.withShortcuts(sharing: true) { options in try replay(points, options, progress) }
  }

  private func replay(
    _ points: [Point], _ options: ReplayOptions, _ progress: (_ share: Double) -> Void
  ) throws -> [FinishedPoint] {
    let trace = try ReplayTrace(points[0].trace.path)
    guard trace.identity.digest == points[0].trace.digest else {
      throw CommandFailure(
        .badData, "\(points[0].trace.path): the trace changed meanwhile: run the sweep again")
    }
    var finished = points.map { FinishedPoint(key: $0.key, rows: []) }
    var replayer = try Replayer([trace.input], points.map(\.specification), options)
    let results = try replayer.replay(progress: { _, share in progress(share ?? 0) })
    let identity = trace.identity
    let rows = pool.map(results.count) { index in
      ResultRow(results[index], of: points[results[index].lane].specification, identity, options)
    }
    for (result, row) in zip(results, rows) { finished[result.lane].rows.append(row) }
    return finished
  }
}
