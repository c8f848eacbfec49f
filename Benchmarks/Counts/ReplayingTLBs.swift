import Addressing
import Benchmark
import OtherModule
import Traces

/// Page runs through two levels of TLBs, without strategies.
func replayingTLBs() {
  let (first, second) = (
    BenchmarkMetric.count("first-level misses"), BenchmarkMetric.count("second-level misses")
  )
  for name in ["bfs", "hashjoin", "python", "scratch"] {
    Benchmark.counting("TLBs-\(name)", [first, second]) { benchmark in
      let decoder = BlockDecoder()
      let blocks = try Trace(name).blocks.map { block in
        var decoded = RunBlock()
        try decoder.decodeRuns(block, streams: .split(sets: 1), into: &decoded)
        return decoded.runs
      }
      var loop = try TLBLoop()
      var misses = TLBLoop.Misses()
      benchmark.startMeasurement()
      for runs in blocks { loop.replay(runs, &misses) }
      benchmark.stopMeasurement()
      benchmark.report(misses.first, as: first)
      benchmark.report(misses.second, as: second)
    }
  }
}
