import Addressing
import Testing
import TranslationCaches

/// A stack says of every size what a structure of that size does.
@Suite struct LRUStackTests {
  @Test(arguments: [1, 2, 7, 64, 128])
  func aReferenceHitsAsInAStructureOfEachSize(entries: Int) throws {
    var random = SplitMix64(seed: UInt64(entries))
    var stack = LRUStack(entries: entries)
    let sizes = Set([1, 2, 3, entries / 2, entries - 1, entries]).filter { (1...entries).contains($0) }
      .sorted()
    var structures = try sizes.map {
      try TranslationCache(Geometry(fullyAssociative: $0), .lru, seed: 1)
    }
    var payloads: [UInt64: UInt64] = [:]
    for step in 0..<40_000 as Range<UInt64> {
      if step == 20_000 {
        stack.removeAll()
        for index in structures.indices { structures[index].invalidateAll() }
      }
      // Near tags mostly, so that many are there, at all distances.
      let tag = random.next() % (random.next() % 4 == 0 ? UInt64(4 * entries) : UInt64(entries) + 1)
      let found = stack.use(tag, payload: step)
      for (index, size) in sizes.enumerated() {
        let slot = structures[index].lookup(tag: tag, index: tag)
        #expect((slot >= 0) == (found.map { $0.distance <= size } ?? false), "step \(step), \(size) entries")
        if slot < 0 { structures[index].fill(tag: tag, index: tag, payload: step) }
      }
      if let found { #expect(found.payload == payloads[tag]) } else { payloads[tag] = step }
    }
  }
}
