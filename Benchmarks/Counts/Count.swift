import Benchmark

/// A count that the product emits, the same in every run.
///
/// The package keeps three significant digits of what is measured, so the last three digits are a metric of their own.
/// What escapes is a change by a multiple of 1,000 and by less than a thousandth.
struct Count {
  let name: String

  init(_ name: String) { self.name = name }

  var metrics: [BenchmarkMetric] { [whole, lastDigits] }

  /// Reports the count of one run.
  func report(_ value: some BinaryInteger, to benchmark: Benchmark) {
    benchmark.measurement(whole, Int(value))
    benchmark.measurement(lastDigits, Int(value % 1000))
  }

  private var whole: BenchmarkMetric { .custom(name, useScalingFactor: false) }
  private var lastDigits: BenchmarkMetric { .custom("\(name), last 3 digits", useScalingFactor: false) }
}

extension Benchmark {
  /// A benchmark of times, and of counts that thresholds hold.
  static func counting(
    _ name: String, _ counts: [Count], _ body: @escaping (Benchmark) throws -> Void
  ) {
    let metrics = counts.flatMap(\.metrics)
    let configuration = Configuration(
      metrics: [.wallClock, .cpuTotal] + metrics, maxDuration: .seconds(3), maxIterations: 5,
      thresholds: Dictionary(uniqueKeysWithValues: metrics.map { ($0, BenchmarkThresholds.strict) }))
    Benchmark(name, configuration: configuration, closure: body)
  }
}
