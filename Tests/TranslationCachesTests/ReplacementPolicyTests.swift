import Addressing
import Testing
import TranslationCaches

@Suite struct ReplacementPolicyTests {
  /// The ways given up by a 4-way set that was filled with 0 to 3 and then saw lookups of 0 and 2, fills of 4, 5 and
  /// 6, a lookup of 2, fills of 7 and 8, a lookup of 7 and a fill of 9. Worked out on paper; those of random
  /// replacement are the two high bits of SplitMix64's published sequence for seed 1234567.
  static let expectedVictims: [ReplacementPolicy: [Int]] = [
    .lru: [1, 3, 0, 1, 3, 0],
    .treePLRU: [1, 3, 0, 1, 3, 2],
    .fifo: [0, 1, 2, 3, 0, 1],
    .random: [1, 0, 2, 0, 3, 1],
  ]

  @Test(arguments: ReplacementPolicy.allCases)
  func aFullSetGivesUpTheExpectedWays(policy: ReplacementPolicy) throws {
    let expected = try #require(Self.expectedVictims[policy], "write down what \(policy) gives up")
    var cache = try TranslationCache(Geometry(parsing: "4fa"), policy, seed: 1_234_567)
    func fill(_ tag: UInt64) -> Int { cache.place(of: cache.fill(tag: tag, index: 0, payload: tag)).way }
    #expect((0..<4).map { fill($0) } == [0, 1, 2, 3])
    var victims: [Int] = []
    _ = cache.lookup(tag: 0, index: 0)
    _ = cache.lookup(tag: 2, index: 0)
    victims += [fill(4), fill(5), fill(6)]
    _ = cache.lookup(tag: 2, index: 0)
    victims += [fill(7), fill(8)]
    _ = cache.lookup(tag: 7, index: 0)
    victims.append(fill(9))
    #expect(victims == expected)
  }

  @Test func namesAreThoseOfTheCommandLine() throws {
    #expect(ReplacementPolicy.allCases.map(\.rawValue) == ["lru", "tree-plru", "fifo", "random"])
    for policy in ReplacementPolicy.allCases {
      #expect(try ReplacementPolicy(parsing: policy.rawValue) == policy)
    }
    #expect(throws: TranslationCacheError.unknownPolicy("plru")) { try ReplacementPolicy(parsing: "plru") }
    #expect(TranslationCacheError.unknownPolicy("plru").description.contains("tree-plru"))
  }

  @Test(arguments: ["1536x12", "1280x5", "3fa", "72fa"])
  func treePLRUNeedsAPowerOfTwoWays(text: String) throws {
    let geometry = try Geometry(parsing: text)
    let expected = TranslationCacheError.waysNotPowerOfTwo(policy: "tree-plru", geometry: text)
    #expect(throws: expected) { try ReplacementPolicy.treePLRU.check(geometry) }
    #expect(throws: expected) { try TranslationCache(geometry, .treePLRU, seed: 0) }
  }
}
