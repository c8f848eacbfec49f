import ArgumentParser
import Experiments
import Replaying
import Results
import Store
import Workers

/// `pagewalk sweep run`: replays what a store lacks of a plan.
struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Replays the points of a plan that the store lacks; may be interrupted at any moment.",
    discussion: """
      Finished points are in the store for good; run the same command again to go on with the rest. Several \
      processes may work on one store; to divide a sweep, give each a --shard, and join their stores with sweep merge.
      """)

  @OptionGroup var options: SweepOptions
  @Option(help: "The store; by default beside the plan, as PLAN.sqlite.") var store: String?
  @OptionGroup var jobs: JobsOption

  func run() throws {
    let pool = WorkerPool(workers: jobs.count)
    let sweep = try Sweep(options.plan, pool)
    let points = options.points(of: sweep)
    let file = store ?? options.store
    try OutputFile.check(file, against: sweep.files)
    let failures = try CommandFailure.reporting { () throws(StoreError) -> [String] in
      let store = try ResultStore.openOrCreate(file, schema: .sweep)
      try store.plan(sweep.stored)
      return try replay(points, into: store, pool)
    }
    guard failures.isEmpty else {
      throw CommandFailure(
        .partial,
        "\(failures.count) of \(points.count) points failed, the others are in \(file): \(failures[0])")
    }
    StandardError.printLine("\(file): \(points.count) of \(points.count) points")
  }

  /// Replays what the store lacks, batch by batch; what failed, in words.
  private func replay(
    _ points: [Point], into store: ResultStore, _ pool: WorkerPool
  ) throws(StoreError) -> [String] {
    let finished = try store.finished()
    let missing = points.filter { !finished.contains($0.key) }
    let replay = SweepReplay(pool: pool)
    let progress = SweepProgress(points: points.count, finished: points.count - missing.count)
    defer { progress.finish() }
    var failures: [String] = []
    for batch in options.batches(of: missing) {
      // Another process may have been here meanwhile.
      let finished = try store.finished()
      let rest = batch.points.filter { !finished.contains($0.key) }
      let (done, failed) = replay.replay(rest, progress)
      try store.add(done, pool: pool)
      failures += failed
      progress.finished(batch.points.count)
    }
    return failures
  }
}
