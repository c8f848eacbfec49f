import Addressing
import Testing
import TranslationCaches

@Suite struct WalkCacheTests {
  static func cache(_ geometries: [String?]) throws -> PageWalkCache {
    try PageWalkCache(geometries.map { try $0.map { try Geometry(parsing: $0) } }, policy: .lru, seed: 0)
  }

  static func hit(_ node: Int32, _ level: Int, isWritable: Bool = true) -> PageWalkCache.Hit {
    PageWalkCache.Hit(node: node, level: level, isWritable: isWritable, isExecutable: false)
  }

  @Test func theDeepestTableThatIsCachedWins() throws {
    var cache = try Self.cache(["32x4", "4fa", "2fa"])
    let address: UInt64 = 0x7F12_3456_7000
    #expect(cache.lookup(context: 1, address) == nil)
    cache.fill(context: 1, address, Self.hit(30, 3))
    #expect(cache.lookup(context: 1, address) == Self.hit(30, 3))
    cache.fill(context: 1, address, Self.hit(20, 2, isWritable: false))
    cache.fill(context: 1, address, Self.hit(10, 1))
    #expect(cache.lookup(context: 1, address) == Self.hit(10, 1))
    #expect(cache.lookup(context: 1, address + 1 << 21) == Self.hit(20, 2, isWritable: false), "same 1 GiB")
    #expect(cache.lookup(context: 1, address + 1 << 30) == Self.hit(30, 3), "same 512 GiB")
    #expect(cache.lookup(context: 1, address + 1 << 39) == nil)
    #expect(cache.lookup(context: 2, address) == nil, "of another context")
  }

  @Test func levelsWithoutACacheAreLeftOut() throws {
    var cache = try Self.cache([nil, "4fa"])
    cache.fill(context: 1, 0, Self.hit(10, 1))
    cache.fill(context: 1, 0, Self.hit(40, 4))
    #expect(cache.lookup(context: 1, 0) == nil)
    cache.fill(context: 1, 0, Self.hit(20, 2))
    #expect(cache.lookup(context: 1, 0) == Self.hit(20, 2))
  }

  @Test func bothHalvesOfTheAddressSpaceHaveTablesOfTheirOwn() throws {
    var cache = try Self.cache(["2fa"])
    cache.fill(context: 1, 0, Self.hit(10, 1))
    #expect(cache.lookup(context: 1, 0) == Self.hit(10, 1))
    #expect(cache.lookup(context: 1, UInt64.max << 21) == nil)
    cache.fill(context: 1, UInt64.max << 21, Self.hit(12, 1))
    #expect(cache.lookup(context: 1, 0xFFFF_FFFF_FFE0_1234) == Self.hit(12, 1))
  }

  @Test func anInvalidationDropsEveryLevelOfItsContextAlone() throws {
    var cache = try Self.cache(["32x4", "4fa", "2fa"])
    for context in [UInt16(1), 2] {
      for level in 1...3 { cache.fill(context: context, 0x1234_5000, Self.hit(Int32(level), level)) }
    }
    cache.invalidate(context: 1)
    #expect(cache.lookup(context: 1, 0x1234_5000) == nil)
    #expect(cache.lookup(context: 2, 0x1234_5000) == Self.hit(1, 1))
    cache.invalidateAll()
    #expect(cache.lookup(context: 2, 0x1234_5000) == nil)
  }

  @Test func theNestedTLBKnowsPageSizesAndMachines() throws {
    var cache = try NestedTLB(Geometry(parsing: "32fa"), policy: .lru, seed: 0)
    cache.fill(vm: 0, RealAddress(0x40_0000), base: PhysicalAddress(0x8020_0000), size: .size2M)
    cache.fill(vm: 0, RealAddress(0x1000), base: PhysicalAddress(0x9000), size: .size4K)
    cache.fill(vm: 1, RealAddress(0x1000), base: PhysicalAddress(0xA000), size: .size4K)
    #expect(cache.lookup(vm: 0, RealAddress(0x5F_FFFF))?.base.rawValue == 0x8020_0000)
    #expect(cache.lookup(vm: 0, RealAddress(0x5F_FFFF))?.size == .size2M)
    #expect(cache.lookup(vm: 0, RealAddress(0x60_0000)) == nil)
    #expect(cache.lookup(vm: 0, RealAddress(0x1FFF))?.base.rawValue == 0x9000)
    cache.invalidate(vm: 0, RealAddress(0x1000))
    #expect(
      cache.lookup(vm: 0, RealAddress(0x1000)) == nil && cache.lookup(vm: 1, RealAddress(0x1000)) != nil)
    cache.invalidate(vm: 0)
    #expect(
      cache.lookup(vm: 0, RealAddress(0x40_0000)) == nil && cache.lookup(vm: 1, RealAddress(0x1000)) != nil)
    cache.invalidateAll()
    #expect(cache.lookup(vm: 1, RealAddress(0x1000)) == nil)
  }
}
