import Addressing
import Testing
import TranslationCaches

/// Which set a page number chooses.
@Suite struct SetIndexingTests {
  private func set(of page: UInt64, _ text: String, _ indexing: SetIndexing) throws -> Int {
    var cache = try TranslationCache(Geometry(parsing: text), .lru, indexing: indexing, seed: 0)
    return cache.place(of: cache.fill(tag: page, index: page, payload: 0)).set
  }

  /// Worked out by hand from (VPN & 127) ^ ((VPN >> 7) & 127).
  @Test(arguments: [
    (0, 0), (1, 1), (127, 127), (128, 1), (129, 0), (0x3FFF, 0), (0x3F80, 127), (0x4000, 0),
    (0x7_F000_0255, 0x51),
  ])
  func xorOf128SetsIsXOR7(page: UInt64, expected: Int) throws {
    #expect(try set(of: page, "1536x12", .xor) == expected)
  }

  @Test func xorFoldsAsManyBitsAsNumberTheSets() throws {
    #expect(try set(of: 0b1101_0110, "64x4", .xor) == 0b1011)
    #expect(try set(of: 0b1101_0110, "8x4", .xor) == 1)
    #expect(try set(of: 0b1101_0110, "4fa", .xor) == 0)
    #expect(try set(of: 0b1101_0110, "64x4", .modulo) == 0b0110)
  }

  /// Pages a stride of 128 apart meet in one of 128 sets under modulo, and spread over all under XOR.
  @Test func xorSpreadsAStrideThatModuloDoesNot() throws {
    for (indexing, expected) in [(SetIndexing.modulo, 256), (.xor, 128)] {
      var cache = try TranslationCache(Geometry(parsing: "128x1"), .lru, indexing: indexing, seed: 0)
      var misses = 0
      for page in (0..<256).map({ UInt64($0 % 128) * 128 })
      where cache.lookup(tag: page, index: page) < 0 {
        misses += 1
        cache.fill(tag: page, index: page, payload: 0)
      }
      #expect(misses == expected)
    }
  }

  @Test(arguments: ["15x5", "60x12", "3x1"]) func xorNeedsAPowerOfTwoOfSets(text: String) throws {
    let geometry = try Geometry(parsing: text)
    let expected = TranslationCacheError.setsNotPowerOfTwo(
      indexing: "xor", geometry: text, sets: geometry.sets)
    #expect(throws: expected) { try TranslationCache(geometry, .lru, indexing: .xor, seed: 0) }
  }

  /// Pages of 4 KiB and of 2 MiB choose by their own numbers, and invalidations find them.
  @Test func everyStructureOfALevelIsIndexed() throws {
    var level = try TLBLevel(
      small: Geometry(parsing: "16x1"), large: Geometry(parsing: "4x1"), policy: .lru, indexing: .xor, seed: 0
    )
    func entry(_ size: PageSize) -> TLBEntry {
      TLBEntry(
        base: PhysicalAddress(0), size: size, isWritable: true, isExecutable: false, isGlobal: false,
        isWritten: false)
    }
    // 0x10 and 0x01 share a set, as pages of either size; 0x11 has set 0.
    level.fill(context: 1, page: 0x10, entry(.size4K))
    level.fill(context: 1, page: 0x11, entry(.size4K))
    #expect(level.probe(context: 1, page: 0x10) != nil && level.probe(context: 1, page: 0x11) != nil)
    level.fill(context: 1, page: 0x01, entry(.size4K))
    #expect(level.probe(context: 1, page: 0x10) == nil)
    level.fill(context: 1, page: 4 << 9, entry(.size2M))
    level.fill(context: 1, page: 5 << 9, entry(.size2M))
    #expect(level.probe(context: 1, page: 4 << 9) != nil)
    level.fill(context: 1, page: 1 << 9, entry(.size2M))
    #expect(level.probe(context: 1, page: 4 << 9) == nil)
    level.invalidate(context: 1, page: 0x01)
    level.invalidate(context: 1, page: 5 << 9)
    #expect(level.probe(context: 1, page: 0x01) == nil && level.probe(context: 1, page: 5 << 9) == nil)
    #expect(level.probe(context: 1, page: 0x11) != nil && level.probe(context: 1, page: 1 << 9) != nil)
  }
}
