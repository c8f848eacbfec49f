import Addressing

/// The stack distances of several small samples of pages, from which those of all pages are estimated together with
/// the error of the estimate.
///
/// A page belongs to a sample by a hash of its key, and so with all its references. Distances within a sample that
/// holds a share of the pages are that share of the true ones, and its references are that share of all. The samples
/// have no page in common, so that the spread of their estimates is what the choice of pages comes to.
///
/// Source: Waldspurger, Park, Garthwaite and Ahmad, "Efficient MRC construction with SHARDS", FAST 2015, sections 3.1
/// (fixed rate) and 3.2 (`SHARDS_adj`) [V2]. Its correction adds the references that a sample has too few to those of
/// the smallest distance: misses stay as sampled, and rates are of the expected number of references.
public struct SampledStackDistances: Sendable {
  /// The number of samples.
  public static let sampleCount = 8
  /// The share of the hash space of one sample, in 2^-24.
  private let threshold: UInt64
  private var samples: [StackDistances]
  private var references: [[PageKey]]
  private let limit: Int
  /// References to any page, since ``resetCounts()``.
  private var referenceCount = 0

  /// - Parameters:
  ///   - rate: The share of the pages that is in each sample, above 0 and at most 1 of ``sampleCount``.
  ///   - limit: The largest number of entries to learn of.
  public init(rate: Double, limit: Int) {
    precondition(Self.rates.contains(rate), "samples of no page, or with pages in common")
    threshold = UInt64((rate * Self.hashes).rounded())
    self.limit = limit
    let scaled = Int((Double(limit) * Double(threshold) / Self.hashes).rounded(.up))
    samples = Array(repeating: StackDistances(limit: scaled), count: Self.sampleCount)
    references = Array(repeating: [], count: Self.sampleCount)
  }

  /// The rates that a sample can have.
  public static var rates: ClosedRange<Double> { 1 / hashes...1 / Double(sampleCount) }

  private static var hashes: Double { Double(1 << 24) }

  /// The share of the pages that is in each sample.
  public var rate: Double { Double(threshold) / Self.hashes }

  /// The smallest number of entries that can be told from more: one sampled page stands for so many.
  public var resolution: Int { Int((1 / rate).rounded(.up)) }

  /// Takes the next references.
  public mutating func reference(_ pages: [PageKey]) {
    referenceCount += pages.count
    let bound = threshold &* UInt64(Self.sampleCount)
    for sample in references.indices { references[sample].removeAll(keepingCapacity: true) }
    for page in pages {
      let hash = SplitMix64.mix(page.rawValue) &>> 40
      if hash < bound { references[Int(truncatingIfNeeded: hash / threshold)].append(page) }
    }
    for sample in samples.indices { samples[sample].reference(references[sample]) }
  }

  /// Starts to count from here on; what was referenced stays so.
  public mutating func resetCounts() {
    for sample in samples.indices { samples[sample].resetCounts() }
    referenceCount = 0
  }

  /// Empties the structures; counts stay.
  public mutating func forgetPages() {
    for sample in samples.indices { samples[sample].forgetPages() }
  }

  /// First references to a page.
  public var coldMisses: SampledEstimate { estimate { Double($0.coldMisses) } }

  /// Different pages referenced.
  public var pageCount: SampledEstimate { estimate { Double($0.pageCount) } }

  /// The pages that are in a sample.
  public var sampledPages: Int { samples.reduce(0) { $0 + $1.pageCount } }

  /// The misses of fully associative LRU structures of 1 to the limit of entries, in order; never more than there are
  /// references.
  public var misses: [SampledEstimate] {
    let sampled = samples.map(\.histogram.misses)
    return (1...limit).map { entries in
      let scaled = Int((Double(entries) * rate).rounded(.up))
      var estimate = SampledEstimate(sampled.map { Double($0[scaled - 1]) / rate })
      estimate.mean = min(estimate.mean, Double(referenceCount))
      return estimate
    }
  }

  private func estimate(_ count: (StackDistances) -> Double) -> SampledEstimate {
    SampledEstimate(samples.map { count($0) / rate })
  }
}
