/// The mean of what disjoint samples say of a number, and how far it may be from that number.
public struct SampledEstimate: Hashable, Sendable {
  public var mean: Double
  /// The standard error of the mean: the standard deviation of the samples over the square root of their number.
  /// The interval of ``confidenceFactor`` times it to either side holds what more samples would lead to in 19 of 20
  /// cases, where samples are distributed normally.
  public var standardError: Double

  /// Student's t for 95 % and 7 degrees of freedom, those of 8 samples [M].
  public static let confidenceFactor = 2.365

  init(_ samples: [Double]) {
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = (squares / (count - 1) / count).squareRoot()
  }
}
