import Addressing
import Testing
import TranslationCaches

/// Misses counted by pycachesim 0.3.1 on one stream, by `script/pycachesim-oracle --text`.
@Suite struct IndependentSimulatorTests {
  struct Hierarchy: Sendable, CustomTestStringConvertible {
    var first: String
    var second: String
    var policy: ReplacementPolicy
    var misses: [Int]
    var testDescription: String { "\(first)+\(second) \(policy)" }
  }

  static let hierarchies = [
    Hierarchy(first: "64x4", second: "1536x12", policy: .lru, misses: [88584, 42747]),
    Hierarchy(first: "64x4", second: "1536x12", policy: .fifo, misses: [89512, 47029]),
    Hierarchy(first: "64fa", second: "1280x5", policy: .lru, misses: [88796, 46677]),
    Hierarchy(first: "64fa", second: "1280x5", policy: .fifo, misses: [89891, 50345]),
    Hierarchy(first: "15x5", second: "1536fa", policy: .lru, misses: [97088, 42801]),
    Hierarchy(first: "15x5", second: "1536fa", policy: .fifo, misses: [97162, 47382]),
    Hierarchy(first: "96x6", second: "72fa", policy: .lru, misses: [84260, 83755]),
    Hierarchy(first: "96x6", second: "72fa", policy: .fifo, misses: [86041, 85489]),
  ]

  /// A hundred thousand pages: of 40, 600, 3000 or 9000, by the two low bits of numbers seeded with 2026.
  static var pages: [UInt64] {
    var generator = SplitMix64(seed: 2026)
    return (0..<100_000).map { _ in
      let number = generator.next()
      return (number >> 8) % [40, 600, 3000, 9000][Int(number & 3)] | 0x7_F000_0000
    }
  }

  @Test(arguments: hierarchies) func missesAreThoseOfPycachesim(hierarchy: Hierarchy) throws {
    var first = try TranslationCache(Geometry(parsing: hierarchy.first), hierarchy.policy, seed: 0)
    var second = try TranslationCache(Geometry(parsing: hierarchy.second), hierarchy.policy, seed: 0)
    var misses = [0, 0]
    for page in Self.pages where first.lookup(tag: page, index: page) < 0 {
      misses[0] += 1
      first.fill(tag: page, index: page, payload: 0)
      if second.lookup(tag: page, index: page) < 0 {
        misses[1] += 1
        second.fill(tag: page, index: page, payload: 0)
      }
    }
    #expect(misses == hierarchy.misses)
  }
}
