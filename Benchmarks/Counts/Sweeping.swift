import Benchmark
import Experiments
import Machines
import Replaying
import Results

/// A grid of 48 points in one decode: second levels and strategies behind first levels that they share.
func sweeping() {
  let points = BenchmarkMetric.count("points")
  let (decodes, guests) = (BenchmarkMetric.count("decodes"), BenchmarkMetric.count("guest stages"))
  let (firstLevels, walks) = (BenchmarkMetric.count("first levels"), BenchmarkMetric.count("walks"))
  Benchmark.counting("sweep-bfs", [points, decodes, guests, firstLevels, walks]) { benchmark in
    let trace = Trace("bfs")
    let facts = TraceFacts(
      path: trace.path, name: "bfs", digest: "", records: try trace.records, pages: 11_564)
    let plan = try SweepPlan(
      yaml: """
        set:
          limit: 3000000
        cross:
          trace: [bfs]
          strategy: [native, nested]
          l1d.4K: [32x4, 64x4]
          l2.entries: 512..4096*2
          l2.ways: [4, 8, 16]
        """)
    let grid = try Grid(plan, machines: [Preset.default.name: MachineDescription()], traces: ["bfs": facts])
    let batches = Batch.batches(of: grid.points, within: Batch.Limits(memory: 1 << 32, seconds: 3600))
    let shared = SharedStages(batches)
    var (levels, total) = (0, Counters())
    benchmark.startMeasurement()
    for batch in batches {
      var replayer = try Replayer([trace.input], batch.specifications, batch.options)
      total += try replayer.replay().reduce(Counters()) { $0 + $1.tally.total }
      levels += replayer.firstLevels
    }
    benchmark.stopMeasurement()
    benchmark.report(shared.points, as: points)
    benchmark.report(shared.decodes, as: decodes)
    benchmark.report(shared.guestStages, as: guests)
    benchmark.report(levels, as: firstLevels)
    benchmark.report(total.walks, as: walks)
  }
}
