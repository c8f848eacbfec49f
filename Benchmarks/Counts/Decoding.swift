import Addressing
import Benchmark
import Traces

/// Blocks to page runs.
func decoding() {
  let (runs, bytes) = (BenchmarkMetric.count("page runs"), BenchmarkMetric.count("bytes inflated"))
  for name in ["bfs", "hashjoin", "python", "scratch"] {
    Benchmark.counting("decode-\(name)", [runs, bytes]) { benchmark in
      let blocks = try Trace(name).blocks
      let decoder = BlockDecoder()
      let inflated = try blocks.reduce(0) { $0 + (try decoder.inflate($1)) }
      var decoded = RunBlock()
      var count = 0
      benchmark.startMeasurement()
      for block in blocks {
        try decoder.decodeRuns(block, streams: .split(sets: 1), into: &decoded)
        count += decoded.runs.count
      }
      benchmark.stopMeasurement()
      benchmark.report(count, as: runs)
      benchmark.report(inflated, as: bytes)
    }
  }
}
