import Experiments
import Machines
import Replaying
import Results
import Strategies
import TranslationTesting

/// Replays single rows of results again.
struct Recheck {
  let jobs: Int

  /// How a row differs from what a replay of it alone gives, or what the reference translator finds wrong with that;
  /// nil where everything agrees.
  func difference(_ row: ResultRow, _ path: String) throws -> String? {
    guard row.identity.modelVersion == ModelVersion.current else {
      throw CommandFailure(
        .badData,
        "rows of version \(row.identity.modelVersion) of the model's rules, and this program follows "
          + "\(ModelVersion.current): use the pagewalk that replayed them")
    }
    let lane = try LaneSpecification(of: row)
    let name = "\(row.identity.trace), \(row.identity.strategyLabel)"
    for observers in [[], [lane.reference]] {
      let (again, observer) = try replay(row, lane, path, observers)
      if let (column, was, now) = Self.difference(row, again) {
        return "\(name): \(column) is \(was), and \(now) when replayed"
      }
      if let observer, observer.violationCount > 0 {
        return "\(name): the reference translator finds \(observer.violationCount) physical addresses wrong"
      }
    }
    return nil
  }

  private func replay(
    _ row: ResultRow, _ lane: LaneSpecification, _ path: String, _ observers: [ReferenceObserver]
  ) throws -> (row: ResultRow, observer: ReferenceObserver?) {
    var options = try ReplayOptions(of: row)
    options.jobs = jobs
    let trace = try ReplayTrace(path)
    do throws(ReplayError) {
      var replayer = try Replayer([trace.input], [lane], options, observers: observers)
      let results = try replayer.replay()
      return (
        ResultRow(results[0], of: lane, trace.identity, options), replayer.observers[0] as? ReferenceObserver
      )
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The first counted column in which rows differ.
  private static func difference(
    _ a: ResultRow, _ b: ResultRow
  ) -> (column: String, was: String, now: String)? {
    let (a, b) = (ResultSet(rows: [a], costs: CostTable()), ResultSet(rows: [b], costs: CostTable()))
    for column in ResultSchema.sweep.columns where column.store != nil && column.origin != .given {
      let (was, now) = (column.value(a, 0).text, column.value(b, 0).text)
      // Of what is not there, an older program may have told 0.
      let isOfNothing = now.isEmpty && was == "0"
      if was != now, !isOfNothing { return (column.name, was, now) }
    }
    return nil
  }
}

extension LaneSpecification {
  /// What holds the lane against the reference translator.
  fileprivate var reference: ReferenceObserver {
    ReferenceObserver(
      levels: machine.guest.levels, isNative: strategy.name == ResultIdentity.nativeStrategy)
  }
}
