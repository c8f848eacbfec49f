import Benchmark
import Machines
import Replaying
import Results
import Strategies

/// A compressed trace to counters, by each strategy alone.
func walking() {
  let (walks, references) = (Count("walks"), Count("walk references"))
  let (exits, stores) = (Count("VM exits"), Count("table stores"))
  for name in ["bfs", "scratch"] {
    for strategy in StrategyRegistry.all {
      Benchmark.counting("\(strategy.name) \(name)", [walks, references, exits, stores]) { benchmark in
        let lane = LaneSpecification(machine: try MachineDescription().machine(), strategy: strategy)
        var replayer = try Replayer([Trace(name).input], [lane], ReplayOptions())
        benchmark.startMeasurement()
        let total = try replayer.replay().reduce(Counters()) { $0 + $1.tally.total }
        benchmark.stopMeasurement()
        walks.report(total.walks, to: benchmark)
        references.report(total.allWalkReferences, to: benchmark)
        exits.report(total.vmExits, to: benchmark)
        stores.report(total.tableStores, to: benchmark)
      }
    }
  }
}
