import Addressing
import Testing
import TranslationCaches

/// Every policy and many shapes against ``NaiveCache``, slot for slot.
@Suite struct TranslationCacheOracleTests {
  static let geometries = [
    "1fa", "2fa", "3fa", "4fa", "5fa", "7fa", "8fa", "12fa", "15fa", "16fa", "17fa", "32fa", "48fa", "64fa",
    "72fa",
    "128fa", "1536fa", "4x1", "6x2", "9x3", "64x4", "15x5", "96x6", "40x8", "80x10", "60x12", "48x16",
    "72x24",
    "128x32", "192x64", "1280x5", "1536x12", "1536x6", "3072x24",
  ]

  static var cases: [(String, ReplacementPolicy)] {
    geometries.flatMap { text in
      ReplacementPolicy.allCases.filter { policy in
        (try? policy.check(Geometry(parsing: text))) != nil
      }.map { (text, $0) }
    }
  }

  @Test(arguments: cases)
  func agreesWithTheObviousCacheSlotForSlot(text: String, policy: ReplacementPolicy) throws {
    try compare(text, policy, .modulo)
  }

  /// Those with a power-of-two number of sets.
  static var foldedCases: [(String, ReplacementPolicy)] {
    cases.filter { text, _ in (try? SetIndexing.xor.check(Geometry(parsing: text))) != nil }
  }

  @Test(arguments: foldedCases)
  func agreesWithTheObviousCacheUnderXOR(text: String, policy: ReplacementPolicy) throws {
    try compare(text, policy, .xor)
  }

  private func compare(_ text: String, _ policy: ReplacementPolicy, _ indexing: SetIndexing) throws {
    let geometry = try Geometry(parsing: text)
    for seed in UInt64(1)...(geometry.entries > 200 ? 1 : 3) {
      var generator = SplitMix64(seed: seed &* 977)
      var cache = try TranslationCache(geometry, policy, indexing: indexing, seed: seed)
      var naive = NaiveCache(geometry, policy, indexing: indexing, seed: seed)
      // Pages around the capacity, with a hot part, so that sets fill, hit, evict and thin out.
      let pages = UInt64(geometry.entries * 5 / 4 + 3)
      let hot = pages / 3 + 1
      for step in 0..<geometry.entries + 1000 {
        let page =
          Bool.random(using: &generator)
          ? UInt64.random(in: 0..<pages, using: &generator) : UInt64.random(in: 0..<hot, using: &generator)
        // Far from page to page, so that bits count that no low page number has.
        let number = indexing == .xor ? page &* 0x1_0001_4001 : page
        let tag = number << 3 | 5
        let action = Int.random(in: 0..<1000, using: &generator)
        func note() -> Comment { "\(text) \(policy) \(indexing) seed \(seed) step \(step)" }
        if action < 60 {
          #expect(
            cache.invalidate(tag: tag, index: number) == naive.invalidate(tag: tag, index: number), note())
        } else if action < 62 {
          let divisor = UInt64.random(in: 2...6, using: &generator)
          let condition = { (tag: UInt64, payload: UInt64) in (tag ^ payload).isMultiple(of: divisor) }
          #expect(cache.invalidate(where: condition) == naive.invalidate(where: condition), note())
        } else if action < 63 {
          cache.invalidateAll()
          _ = naive.invalidate { _, _ in true }
        } else {
          let found = cache.lookup(tag: tag, index: number)
          let slot = found < 0 ? found : cache.number(of: found)
          try #require(slot == naive.lookup(tag: tag, index: number), note())
          if slot < 0 {
            let payload = generator.next()
            let filled = cache.number(of: cache.fill(tag: tag, index: number, payload: payload))
            try #require(filled == naive.fill(tag: tag, index: number, payload: payload), note())
          } else {
            #expect(cache[found] == naive.payloads[slot / geometry.ways][slot % geometry.ways], note())
          }
        }
        try #require(step % 64 != 0 || cache.occupied == naive.occupied, note())
      }
      let tags = (0..<geometry.sets).map { set in (0..<geometry.ways).map { cache.tag(set: set, way: $0) } }
      #expect(tags == naive.tags.map { $0.map { $0 ?? TranslationCache.invalidTag } })
    }
  }
}

extension TranslationCache {
  /// The slot as the oracle numbers it.
  func number(of slot: Int) -> Int {
    let place = place(of: slot)
    return place.set * geometry.ways + place.way
  }
}
