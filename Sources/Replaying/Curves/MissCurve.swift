/// The misses of LRU structures of one number of sets and of every number of ways, for one stream and page size.
public struct MissCurve: Hashable, Sendable {
  public var stream: CurveStream
  public var page: Granule
  /// 1 is fully associative: then the ways are the entries.
  public var sets: Int
  /// The lookups counted: one an access, two where it touches two pages of 4 KiB (semantics rule 2).
  public var lookups: UInt64
  /// The misses of structures of 1, 2, … ways; first references are among them. Rounded where sampled.
  public var misses: [UInt64]
  /// First references to a page, which miss in a structure of any size.
  public var coldMisses: UInt64
  /// Different pages referenced, warm-up included.
  public var footprint: UInt64
  /// How well the numbers are known; nil where they are exact.
  public var sampling: Sampling?

  /// The error of a sampled curve.
  public struct Sampling: Hashable, Sendable {
    /// The pages that were in a sample.
    public var pages: Int
    /// The smallest number of entries that samples tell of; what ``MissCurve/misses`` says of fewer means nothing.
    public var resolution: Int
    /// The standard errors of ``MissCurve/misses`` (`SampledEstimate`).
    public var standardErrors: [Double]

    /// Pages in samples below which neither they nor their spread tell anything [E].
    public static let fewestPages = 80
  }

  /// The entries of a structure of so many ways.
  public func entries(ways: Int) -> Int { sets * ways }

  /// The fewest ways that the curve tells of; nil where nothing was looked up, or too few pages are in a sample.
  public var fewestWays: Int? {
    guard lookups > 0 else { return nil }
    guard let sampling else { return 1 }
    return sampling.pages >= Sampling.fewestPages && sampling.resolution <= misses.count
      ? sampling.resolution : nil
  }

  /// The share of the lookups that miss with so many ways; nil where the curve does not tell.
  public func missRate(ways: Int) -> Double? {
    guard let fewestWays, ways >= fewestWays else { return nil }
    return Double(misses[ways - 1]) / Double(lookups)
  }

  /// The fewest ways with which at most this share of the lookups misses; nil where none that the curve tells of does.
  public func fewestWays(forMissRate rate: Double) -> Int? {
    guard let fewestWays else { return nil }
    return (fewestWays...misses.count).first { ways in missRate(ways: ways).map { $0 <= rate } ?? false }
  }

  /// The standard error of ``missRate(ways:)``; nil where it is exact or unknown.
  public func standardError(ways: Int) -> Double? {
    guard let sampling, let fewestWays, ways >= fewestWays else { return nil }
    return sampling.standardErrors[ways - 1] / Double(lookups)
  }
}
