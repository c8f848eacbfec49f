import Addressing
import Testing
import TranslationCaches

/// Tables that are known to be passed are found and held as by walks that find their way.
@Suite struct PassedTablesTests {
  private struct Walk: KnownWalk {
    var address: UInt64
    var endLevel: Int
    var number: Int
  }

  private struct Start: Equatable {
    var level: Int
    var isCached: Bool
  }

  @Test(arguments: [
    ["32x4", "4fa", "2fa", "off"], ["8x8", "off", "4x1", "off"], ["off", "off", "off", "off"],
    ["12x3", "16fa", "1fa", "2fa"],
  ])
  func walksBeginWhereThoseOfWalkCachesDo(caches: [String]) throws {
    let geometries = try caches.map { $0 == "off" ? nil : try Geometry(parsing: $0) }
    var passed = try #require(PassedTables(geometries))
    var cache = try PageWalkCache(geometries, policy: .lru, seed: 1)
    var random = SplitMix64(seed: 7)
    var left: [Walk] = []
    let root = geometries[3] == nil ? 4 : 5
    for batch in 0..<1000 {
      if batch == 600 {
        passed.removeAll()
        cache.invalidateAll()
      }
      let context = UInt16(random.next() % 2)
      let walks = (0..<Int(random.next() % 60)).map { number in
        // A few regions of each size, and pages of three sizes, a size for each region of 1 GiB.
        let region = random.next() % 3 << 39 | random.next() % 4 << 30
        return Walk(
          address: region | random.next() % 9 << 21, endLevel: Int(region >> 30 % 7 % 3) + 1, number: number)
      }
      var starts = [Start?](repeating: nil, count: walks.count)
      passed.make(walks, context: context, from: root, &left) { walk, level, isCached in
        #expect(starts[walk.number] == nil, "a walk ends once")
        starts[walk.number] = Start(level: level, isCached: isCached)
      }
      for walk in walks {
        let hit = cache.lookup(context: context, walk.address)
        let expected = Start(level: hit?.level ?? root, isCached: hit != nil)
        #expect(starts[walk.number] == expected, "batch \(batch)")
        for level in stride(from: expected.level - 1, through: walk.endLevel, by: -1) {
          cache.fill(
            context: context, walk.address,
            PageWalkCache.Hit(node: 1, level: level, isWritable: true, isExecutable: true))
        }
      }
    }
  }

  @Test func wideSetsAreLeftToWalkCaches() throws {
    #expect(PassedTables([try Geometry(fullyAssociative: 33)]) == nil)
    #expect(PassedTables([try Geometry(fullyAssociative: 32), nil]) != nil)
  }
}
