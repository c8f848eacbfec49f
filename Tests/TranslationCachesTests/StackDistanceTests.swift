import Addressing
import Testing
import TranslationCaches

/// One pass says of every size what a simulation of that size says.
@Suite struct StackDistanceTests {
  /// A random reference string: near, far and new pages mixed, and runs of neighbours.
  private static func references(_ count: Int, pages: UInt64, seed: UInt64) -> [PageKey] {
    var random = SplitMix64(seed: seed)
    var near: UInt64 = 0
    return (0..<count).map { _ in
      switch random.next() % 8 {
      case 0: near = random.next() % pages
      case 1: near = (near + 1) % pages
      case 2: return PageKey(space: random.next() % 3, number: random.next() % (pages / 8 + 1))
      default: break
      }
      return PageKey(space: 0, number: (near + random.next() % 12) % pages)
    }
  }

  /// Misses of one set-associative LRU structure, each set a list, the most recent page first.
  private static func misses(_ references: [PageKey], sets: UInt64, ways: Int) -> UInt64 {
    var lists = [[PageKey]](repeating: [], count: Int(sets))
    var misses: UInt64 = 0
    for page in references {
      let set = Int(page.number % sets)
      if let place = lists[set].firstIndex(of: page) {
        lists[set].remove(at: place)
      } else {
        misses += 1
        if lists[set].count == ways { lists[set].removeLast() }
      }
      lists[set].insert(page, at: 0)
    }
    return misses
  }

  private static func distances(_ references: [PageKey], limit: Int) -> StackDistances {
    var distances = StackDistances(limit: limit)
    // In pieces of uneven length, as blocks are.
    var start = 0
    var length = 1
    while start < references.count {
      let end = min(references.count, start + length)
      distances.reference(Array(references[start..<end]))
      (start, length) = (end, length * 3 % 1009 + 1)
    }
    return distances
  }

  @Test(arguments: [(5, 60), (300, 400), (2000, 3000)] as [(UInt64, Int)])
  func everyNumberOfEntriesMissesAsASimulationOfIt(pages: UInt64, limit: Int) {
    for seed in 1...3 as ClosedRange<UInt64> {
      let references = Self.references(20_000, pages: pages, seed: seed)
      let misses = Self.distances(references, limit: limit).histogram.misses
      #expect(misses.count == limit)
      for entries in Set([1, 2, 3, 4, 7, 16, 33, 64, 100, 257, 512, 1000, 1999, 2001, limit])
      where entries <= limit {
        #expect(
          misses[entries - 1] == Self.misses(references, sets: 1, ways: entries),
          "\(entries) entries, seed \(seed)")
      }
    }
  }

  @Test func aSmallLimitOfALargeFootprintIsExactToo() {
    // More pages than the log of uses keeps, so that pages beyond the limit are forgotten again and again.
    for seed in 1...3 as ClosedRange<UInt64> {
      let references = Self.references(60_000, pages: 9000, seed: seed)
      let distances = Self.distances(references, limit: 20)
      for entries in [1, 2, 5, 19, 20] {
        #expect(
          distances.histogram.misses[entries - 1] == Self.misses(references, sets: 1, ways: entries),
          "\(entries) entries, seed \(seed)")
      }
      #expect(distances.pageCount == Set(references).count)
      #expect(distances.coldMisses == UInt64(Set(references).count))
    }
  }

  @Test func aLogThatGrowsKeepsEveryDistance() {
    // Cyclic references miss in all structures that are too small, and hit in all others.
    let pages = 20_000
    let cycle = (0..<pages).map { PageKey(space: 0, number: UInt64($0)) }
    var distances = StackDistances(limit: 65_536)
    for _ in 0..<5 { distances.reference(cycle) }
    let misses = distances.histogram.misses
    #expect(misses[pages - 2] == UInt64(5 * pages))
    #expect(misses[pages - 1] == UInt64(pages))
    #expect(misses[0] == UInt64(5 * pages) && misses[65_535] == UInt64(pages))
  }

  @Test(arguments: [2, 3, 16, 48, 128])
  func everyNumberOfWaysMissesAsASimulationOfIt(sets: Int) {
    for seed in 1...3 as ClosedRange<UInt64> {
      let references = Self.references(20_000, pages: 900, seed: seed)
      var distances = SetStackDistances(sets: sets, ways: 24)
      distances.reference(Array(references[..<777]))
      distances.reference(Array(references[777...]))
      for ways in 1...24 {
        #expect(
          distances.histogram.misses[ways - 1] == Self.misses(references, sets: UInt64(sets), ways: ways),
          "\(sets) sets, \(ways) ways, seed \(seed)")
      }
    }
  }

  @Test func countsStartAnewAndPagesStay() {
    let references = Self.references(10_000, pages: 500, seed: 9)
    let warmup = Array(references[..<4000])
    var full = StackDistances(limit: 600)
    var sets = SetStackDistances(sets: 16, ways: 8)
    full.reference(warmup)
    full.resetCounts()
    full.reference(Array(references[4000...]))
    sets.reference(warmup)
    sets.resetCounts()
    sets.reference(Array(references[4000...]))
    for entries in [1, 10, 100, 600] {
      #expect(
        full.histogram.misses[entries - 1]
          == Self.misses(references, sets: 1, ways: entries) - Self.misses(warmup, sets: 1, ways: entries))
    }
    for ways in 1...8 {
      #expect(
        sets.histogram.misses[ways - 1]
          == Self.misses(references, sets: 16, ways: ways) - Self.misses(warmup, sets: 16, ways: ways))
    }
    #expect(full.histogram.references == 6000 && sets.histogram.references == 6000)
    #expect(full.coldMisses == UInt64(Set(references).count - Set(warmup).count))
  }

  @Test func pagesForgottenAreOtherPages() {
    let references = Self.references(5000, pages: 300, seed: 4)
    let renamed = references.map { PageKey(space: 100 + $0.rawValue >> 52, number: $0.number) }
    var full = StackDistances(limit: 400)
    var sets = SetStackDistances(sets: 16, ways: 8)
    for _ in 0..<2 {
      full.reference(references)
      full.forgetPages()
      sets.reference(references)
      sets.forgetPages()
    }
    let both = references + renamed
    for entries in [1, 20, 400] {
      #expect(full.histogram.misses[entries - 1] == Self.misses(both, sets: 1, ways: entries))
    }
    for ways in 1...8 {
      #expect(sets.histogram.misses[ways - 1] == Self.misses(both, sets: 16, ways: ways))
    }
    #expect(full.pageCount == Set(both).count)
    #expect(full.coldMisses == UInt64(Set(both).count))
  }

  @Test func keysTellPagesAndAddressSpacesApart() {
    let last = PageKey(space: PageKey.lastSpace, number: (1 << 52) - 1)
    #expect(last != .none)
    #expect(last.number == (1 << 52) - 1)
    #expect(PageKey(space: 1, number: 7) != PageKey(space: 2, number: 7))
  }
}
