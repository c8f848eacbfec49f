import Addressing
import Testing
import TranslationCaches

/// Samples of the pages tell of all, and of how wrong they may be.
@Suite struct SampledStackDistanceTests {
  /// References to pages of which few are popular: a page's number is a product of uniform ones.
  private static func references(_ count: Int, pages: Double, seed: UInt64) -> [PageKey] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let share = Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random)
      return PageKey(space: 0, number: UInt64(share * pages))
    }
  }

  @Test(arguments: [0.01, 0.03, 0.125])
  func theExactCurveIsWithinTheErrorStated(rate: Double) {
    let limit = 30_000
    var (sizes, within) = (0, 0)
    for seed in 1...3 as ClosedRange<UInt64> {
      let references = Self.references(400_000, pages: 25_000, seed: seed)
      var exact = StackDistances(limit: limit)
      var sampled = SampledStackDistances(rate: rate, limit: limit)
      exact.reference(references)
      sampled.reference(references)
      let estimates = sampled.misses
      for entries in stride(from: 10 * sampled.resolution, through: limit, by: 97) {
        let estimate = estimates[entries - 1]
        let error = abs(estimate.mean - Double(exact.histogram.misses[entries - 1]))
        sizes += 1
        if error <= SampledEstimate.confidenceFactor * estimate.standardError { within += 1 }
        #expect(error / Double(references.count) < 0.03, "\(entries) entries, seed \(seed)")
      }
      let pages = sampled.pageCount
      #expect(abs(pages.mean - Double(exact.pageCount)) <= 4 * pages.standardError)
      #expect(sampled.coldMisses == pages)
    }
    #expect(Double(within) >= 0.9 * Double(sizes), "\(within) of \(sizes) sizes")
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
