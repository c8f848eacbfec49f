import Benchmark
import Machines
import Replaying
import Results
import Strategies

/// A compressed trace to counters, by each strategy alone.
func walking() {
  let (walks, references) = (BenchmarkMetric.count("walks"), BenchmarkMetric.count("walk references"))
  let (exits, stores) = (BenchmarkMetric.count("VM exits"), BenchmarkMetric.count("table stores"))
  for name in ["bfs", "scratch"] {
    for strategy in StrategyRegistry.all {
      Benchmark.counting("\(strategy.name)-\(name)", [walks, references, exits, stores]) { benchmark in
        let lane = LaneSpecification(machine: try MachineDescription().machine(), strategy: strategy)
        var options = ReplayOptions()
        options.merging = .ofSets
        var replayer = try Replayer([Trace(name).input], [lane], options)
        benchmark.startMeasurement()
        let total = try replayer.replay().reduce(Counters()) { $0 + $1.tally.total }
        benchmark.stopMeasurement()
        benchmark.report(total.walks, as: walks)
        benchmark.report(total.allWalkReferences, as: references)
        benchmark.report(total.vmExits, as: exits)
        benchmark.report(total.tableStores, as: stores)
      }
    }
  }
}
