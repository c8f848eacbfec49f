import Addressing
import Testing
import TranslationCaches

/// Tables that are known to be passed are found and held as by walks that find their way.
@Suite struct PassedTablesTests {
  @Test(arguments: [
    ["32x4", "4fa", "2fa", "off"], ["8x8", "off", "4x1", "off"], ["off", "off", "off", "off"],
    ["12x3", "16fa", "1fa", "2fa"],
  ])
  func walksBeginWhereThoseOfWalkCachesDo(caches: [String]) throws {
    let geometries = try caches.map { $0 == "off" ? nil : try Geometry(parsing: $0) }
    var passed = try #require(PassedTables(geometries))
    var cache = try PageWalkCache(geometries, policy: .lru, seed: 1)
    var random = SplitMix64(seed: 7)
    let root = geometries[3] == nil ? 4 : 5
    for step in 0..<30_000 {
      if step == 20_000 {
        passed.removeAll()
        cache.invalidateAll()
      }
      let context = UInt16(random.next() % 2)
      // A few regions of each size, and pages of three sizes, a size for each region of 1 GiB.
      let region = random.next() % 3 << 39 | random.next() % 4 << 30
      let address = region | random.next() % 9 << 21
      let end = Int(region >> 30 % 7 % 3) + 1
      let hit = cache.lookup(context: context, address)
      let start = passed.walk(context: context, address, downTo: end, from: root)
      #expect(start.level == hit?.level ?? root && start.isCached == (hit != nil), "step \(step)")
      for level in stride(from: (hit?.level ?? root) - 1, through: end, by: -1) {
        cache.fill(
          context: context, address,
          PageWalkCache.Hit(node: 1, level: level, isWritable: true, isExecutable: true))
      }
    }
  }

  @Test func wideSetsAreLeftToWalkCaches() throws {
    #expect(PassedTables([try Geometry(fullyAssociative: 17)]) == nil)
    #expect(PassedTables([try Geometry(fullyAssociative: 16), nil]) != nil)
  }
}
