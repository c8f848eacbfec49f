import Benchmark

/// Every benchmark; the package's plug-in calls it.
let benchmarks: @Sendable () -> Void = {
  decoding()
  replayingTLBs()
  walking()
  sweeping()
  importing()
}
