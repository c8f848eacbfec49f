import Addressing
import Testing
import TranslationCaches

/// Samples of the pages tell of all, and of how wrong they may be.
@Suite struct SampledStackDistanceTests {
  /// References to pages of which some are popular: a page's number is a product of uniform ones. Another seed takes
  /// other pages, and so draws other samples.
  private static func references(_ count: Int, pages: Double, seed: UInt64) -> [PageKey] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let share = Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random)
      return PageKey(space: 0, number: seed << 20 + UInt64(share * pages))
    }
  }

  @Test(arguments: [0.01, 0.03, 0.125])
  func theErrorStatedIsTheErrorMade(rate: Double) {
    let (draws, limit) = (60, 9000)
    let sizes = [1000, 2000, 4000, 8000]
    var errors = sizes.map { _ in [Double]() }
    var within = 0
    for seed in 1...UInt64(draws) {
      let references = Self.references(60_000, pages: 9000, seed: seed)
      var exact = StackDistances(limit: limit)
      var sampled = SampledStackDistances(rate: rate, limit: limit)
      exact.reference(references)
      sampled.reference(references)
      let (misses, estimates) = (exact.histogram.misses, sampled.misses)
      for (index, size) in sizes.enumerated() {
        let error = estimates[size - 1].mean - Double(misses[size - 1])
        errors[index].append(error)
        if abs(error) <= SampledEstimate.confidenceFactor * estimates[size - 1].standardError { within += 1 }
      }
    }
    // 95 % is what is stated; of 60 draws, as few as 85 % is beyond four standard deviations.
    #expect(Double(within) >= 0.85 * Double(draws * sizes.count), "\(within) of \(draws * sizes.count)")
    for (size, errors) in zip(sizes, errors) {
      let mean = errors.reduce(0, +) / Double(draws)
      let squares = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double(draws - 1) / Double(draws)).squareRoot()
      #expect(abs(mean) <= 3 * error + 0.002 * 60_000, "\(size) entries: off by \(mean) ± \(error)")
    }
  }

  @Test func noMoreMissesAreEstimatedThanThereAreReferences() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let references = Self.references(20_000, pages: 1e6, seed: seed)
      var sampled = SampledStackDistances(rate: 0.02, limit: 100)
      sampled.reference(references)
      #expect(sampled.misses.allSatisfy { $0.mean <= Double(references.count) })
    }
  }

  @Test func theFinestSamplesHoldEveryPageOnce() {
    let references = Self.references(50_000, pages: 4000, seed: 5)
    var sampled = SampledStackDistances(rate: 0.125, limit: 100)
    sampled.reference(references)
    #expect(sampled.sampledPages == Set(references).count)
    #expect(sampled.pageCount.mean == Double(Set(references).count))
    #expect(sampled.resolution == 8)
  }

  @Test func countsStartAnewAndForgottenPagesAreOthers() {
    let references = Self.references(20_000, pages: 4000, seed: 6)
    var sampled = SampledStackDistances(rate: 0.125, limit: 1000)
    sampled.reference(references)
    sampled.resetCounts()
    #expect(sampled.coldMisses.mean == 0)
    #expect(sampled.misses.allSatisfy { $0.mean == 0 && $0.standardError == 0 })
    sampled.forgetPages()
    sampled.reference(references)
    #expect(sampled.coldMisses.mean == Double(Set(references).count))
    #expect(sampled.sampledPages == 2 * Set(references).count)
  }
}
