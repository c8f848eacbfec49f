import Addressing
import Testing
import TranslationCaches

/// A level looked up as a stack says of every smaller number of ways what a level of so many ways does.
@Suite struct StackedLevelTests {
  @Test(arguments: [1, 4, 12], [SetIndexing.modulo, .xor])
  func anEntryIsHeldByLevelsOfSoManyWays(mostWays: Int, indexing: SetIndexing) throws {
    func level(ways: Int) throws -> TLBLevel {
      try TLBLevel(
        small: Geometry(entries: 4 * ways, ways: ways), sharesLarge: true,
        huge: Geometry(fullyAssociative: 2),
        policy: .lru, indexing: indexing, seed: 1)
    }
    var stack = try level(ways: mostWays)
    var levels = try (1...mostWays).map { try level(ways: $0) }
    stack.globalContext = 7
    for index in levels.indices { levels[index].globalContext = 7 }
    var random = SplitMix64(seed: UInt64(mostWays))
    var hits = 0
    for step in 0..<60_000 {
      let context = UInt16(random.next() % 2)
      let region = random.next() % 6
      let page = region << 18 | random.next() % UInt64(3 * mostWays) << (region < 3 ? 0 : 9)
      switch random.next() % 400 {
      case 0..<8:
        stack.invalidate(context: context, page: page)
        for index in levels.indices { levels[index].invalidate(context: context, page: page) }
      case 8:
        stack.invalidate(context: context)
        for index in levels.indices { levels[index].invalidate(context: context) }
      case 9 where step % 4 == 0:
        stack.invalidateAll()
        for index in levels.indices { levels[index].invalidateAll() }
      default: break
      }
      let size: PageSize = region < 3 ? .size4K : region < 5 ? .size2M : .size1G
      let entry = TLBEntry(
        base: PhysicalAddress(0), size: size, isWritable: true, isExecutable: true, isGlobal: region % 2 == 1,
        isWritten: false)
      let place = stack.probeStacked(context: context, page: page, entry)
      let found = stack.lookupStacked(context: context, page: page)
      #expect(place?.slot == found?.slot && place?.distance == found?.distance, "step \(step)")
      if found == nil { _ = stack.fillStacked(context: context, page: page, entry) }
      #expect(found?.isAmbiguous != true)
      for (index, ways) in (1...mostWays).enumerated() {
        let held = levels[index].lookup(context: context, page: page) != nil
        #expect(held == (found.map { $0.distance <= ways } ?? false), "step \(step), \(ways) ways")
        if held { hits += 1 } else { levels[index].fill(context: context, page: page, entry) }
      }
    }
    #expect(hits > 60_000 * mostWays / 20, "there is something to hold")
  }

  @Test func anEntryOfALargerPageBehindASmallerOneIsToldOf() throws {
    var stack = try TLBLevel(
      small: Geometry(entries: 8, ways: 2), sharesLarge: true, policy: .lru, seed: 1)
    func entry(_ size: PageSize) -> TLBEntry {
      TLBEntry(
        base: PhysicalAddress(0), size: size, isWritable: true, isExecutable: true, isGlobal: false,
        isWritten: false)
    }
    _ = stack.fillStacked(context: 1, page: 0, entry(.size2M))
    _ = stack.fillStacked(context: 1, page: 1, entry(.size4K))
    var found = stack.lookupStacked(context: 1, page: 1)
    #expect(found?.isAmbiguous == false, "all hold the smaller")
    _ = stack.fillStacked(context: 1, page: 1 + 4 << 9, entry(.size4K))
    found = stack.lookupStacked(context: 1, page: 1)
    #expect(found?.isAmbiguous == true)
  }
}
