import Addressing
import Testing
import TranslationCaches

@Suite struct TranslationCacheLawTests {
  /// Page numbers with a hot part and a long tail, from a seed.
  static func pages(_ count: Int, seed: UInt64) -> [UInt64] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let number = generator.next()
      return (number >> 8) % [12, 70, 400, 3000][Int(number & 3)]
    }
  }

  /// The misses of a stream, looked up and filled.
  static func misses(_ pages: [UInt64], _ geometry: Geometry, _ policy: ReplacementPolicy) throws -> Int {
    var cache = try TranslationCache(geometry, policy, seed: 7)
    return misses(pages, &cache)
  }

  static func misses(_ pages: [UInt64], _ cache: inout TranslationCache) -> Int {
    pages.count { page in
      let isMiss = cache.lookup(tag: page, index: page) < 0
      if isMiss { cache.fill(tag: page, index: page, payload: page) }
      return isMiss
    }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func moreWaysAtEqualSetsNeverMissMoreUnderLRU(seed: UInt64) throws {
    let pages = Self.pages(4000, seed: seed)
    for sets in [1, 3, 16] {
      let counts = try [1, 2, 3, 4, 8, 12, 16, 17, 24, 40, 64].map { ways in
        try Self.misses(pages, Geometry(entries: sets * ways, ways: ways), .lru)
      }
      #expect(counts == counts.sorted(by: >), "\(sets) sets, seed \(seed)")
    }
  }

  @Test(arguments: ReplacementPolicy.allCases, ["4fa", "64x4", "64x16", "32fa", "128x64"])
  func repeatedLookupsOfAPageChangeNothing(policy: ReplacementPolicy, text: String) throws {
    let pages = Self.pages(5000, seed: 11)
    let geometry = try Geometry(parsing: text)
    var once = try TranslationCache(geometry, policy, seed: 5)
    var often = once
    for page in pages {
      _ = Self.misses([page], &once)
      _ = Self.misses(Array(repeating: page, count: Int(page % 3) + 2), &often)
      #expect(once.probe(tag: page, index: page) == often.probe(tag: page, index: page))
    }
    Self.expectSame(once, often)
  }

  @Test(arguments: ReplacementPolicy.allCases, ["64x4", "32fa"])
  func aCopyGoesItsOwnWay(policy: ReplacementPolicy, text: String) throws {
    let geometry = try Geometry(parsing: text)
    var original = try TranslationCache(geometry, policy, seed: 3)
    _ = Self.misses(Self.pages(500, seed: 1), &original)
    func tags() -> [UInt64] {
      (0..<geometry.sets).flatMap { set in (0..<geometry.ways).map { original.tag(set: set, way: $0) } }
    }
    var copy = original
    let untouched = original
    let tagsBefore = tags()
    _ = Self.misses(Self.pages(500, seed: 2), &copy)
    copy.invalidateAll()
    #expect(tags() == tagsBefore)
    Self.expectSame(original, untouched)
    let later = Self.pages(500, seed: 4)
    var twin = untouched
    #expect(Self.misses(later, &original) == Self.misses(later, &twin))
    Self.expectSame(original, twin)
  }

  @Test(arguments: ReplacementPolicy.allCases, ["64x4", "32fa"])
  func droppingAllAtOnceIsDroppingOneByOne(policy: ReplacementPolicy, text: String) throws {
    let geometry = try Geometry(parsing: text)
    var atOnce = try TranslationCache(geometry, policy, seed: 3)
    _ = Self.misses(Self.pages(900, seed: 1), &atOnce)
    var oneByOne = atOnce
    let held = atOnce.occupied
    atOnce.invalidateAll()
    #expect(oneByOne.invalidate { _, _ in true } == held)
    #expect(atOnce.occupied == 0 && oneByOne.occupied == 0)
    let later = Self.pages(900, seed: 2)
    #expect(Self.misses(later, &atOnce) == Self.misses(later, &oneByOne))
    Self.expectSame(atOnce, oneByOne)
  }

  @Test func payloadsStayWithTheirTranslations() throws {
    var cache = try TranslationCache(Geometry(parsing: "8x2"), .lru, seed: 0)
    let slot = cache.fill(tag: 5, index: 5, payload: 50)
    cache.fill(tag: 9, index: 9, payload: 90)
    cache[slot] |= 1
    #expect(cache[cache.lookup(tag: 5, index: 5)] == 51)
    #expect(cache[cache.lookup(tag: 9, index: 9)] == 90)
    #expect(cache.invalidate(tag: 5, index: 5) && !cache.invalidate(tag: 5, index: 5))
    #expect(cache.lookup(tag: 5, index: 5) == -1)
  }

  static func expectSame(_ a: TranslationCache, _ b: TranslationCache) {
    for set in 0..<a.geometry.sets {
      for way in 0..<a.geometry.ways { #expect(a.tag(set: set, way: way) == b.tag(set: set, way: way)) }
    }
    #expect(a.occupied == b.occupied)
  }
}
