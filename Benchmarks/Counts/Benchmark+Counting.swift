import Benchmark

extension Benchmark {
  /// A benchmark whose thresholds hold what the product counts, the same in every run. Times are measured when asked
  /// for, and so never get into the thresholds.
  static func counting(
    _ name: String, _ counts: [BenchmarkMetric], _ body: @escaping (Benchmark) throws -> Void
  ) {
    let configuration = Configuration(
      metrics: counts, units: Dictionary(uniqueKeysWithValues: counts.map { ($0, .count) }),
      maxDuration: .seconds(3), maxIterations: 5,
      thresholds: Dictionary(uniqueKeysWithValues: counts.map { ($0, .strict) }))
    Benchmark(name, configuration: configuration, closure: body)
  }

  /// Reports a count of one run.
  func report(_ count: some BinaryInteger, as metric: BenchmarkMetric) { measurement(metric, Int(count)) }
}

extension BenchmarkMetric {
  /// A count that the product emits.
  static func count(_ name: String) -> BenchmarkMetric { .custom(name, useScalingFactor: false) }
}
