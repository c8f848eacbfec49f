import Addressing
import Testing
import TranslationCaches

@Suite struct TLBLevelTests {
  static func entry(
    _ base: UInt64, _ size: PageSize = .size4K, of mapped: PageSize? = nil, isGlobal: Bool = false,
    isWritten: Bool = false
  ) -> TLBEntry {
    TLBEntry(
      base: PhysicalAddress(base), size: size, mappedSize: mapped, isWritable: true, isExecutable: true,
      isGlobal: isGlobal, isWritten: isWritten)
  }

  static func split() throws -> TLBLevel {
    try TLBLevel(
      small: Geometry(parsing: "64x4"), large: Geometry(parsing: "32x4"), huge: Geometry(parsing: "4fa"),
      policy: .lru, seed: 1)
  }

  static func shared(huge: String? = nil) throws -> TLBLevel {
    try TLBLevel(
      small: Geometry(parsing: "1536x12"), sharesLarge: true, huge: huge.map { try Geometry(parsing: $0) },
      policy: .lru, seed: 1)
  }

  @Test(arguments: [true, false]) func everyPageOfALargeOneIsFoundOnceItIsFilled(isShared: Bool) throws {
    var level = isShared ? try Self.shared(huge: "16x4") : try Self.split()
    level.fill(context: 3, page: 0x40123, Self.entry(0x8020_0000, .size2M))
    level.fill(context: 3, page: 0x1_4567_0000, Self.entry(0x40_0000_0000, .size1G))
    for page in [UInt64(0x40000), 0x40123, 0x401FF] {
      #expect(level.lookup(context: 3, page: page)?.entry.base.rawValue == 0x8020_0000)
    }
    #expect(level.lookup(context: 3, page: 0x1_4564_0000)?.entry.size == .size1G)
    #expect(level.lookup(context: 3, page: 0x40200) == nil && level.lookup(context: 3, page: 0x3FFFF) == nil)
    #expect(level.lookup(context: 4, page: 0x40123) == nil)
  }

  @Test func aPageWithoutAStructureOfItsSizeIsKeptInPieces() throws {
    var level = try TLBLevel(small: Geometry(parsing: "16fa"), policy: .lru, seed: 1)
    level.fill(context: 0, page: 0x40123, Self.entry(0x8020_0000, .size2M))
    #expect(level.lookup(context: 0, page: 0x40123)?.entry == Self.entry(0x8032_3000, of: .size2M))
    #expect(level.lookup(context: 0, page: 0x40124) == nil)
    var shared = try Self.shared()
    shared.fill(context: 0, page: 0x1_0000_0200, Self.entry(0x40_0000_0000, .size1G))
    #expect(
      shared.lookup(context: 0, page: 0x1_0000_03FF)?.entry
        == Self.entry(0x40_0020_0000, .size2M, of: .size1G))
  }

  @Test(arguments: PageSize.allCases) func anUpdateChangesAnEntryInPlace(size: PageSize) throws {
    var level = try Self.split()
    level.fill(context: 0, page: 7, Self.entry(0x4000_0000, size))
    level.update(context: 0, page: 7, Self.entry(0x4000_0000, size, isWritten: true))
    #expect(level.lookup(context: 0, page: 7)?.entry.isWritten == true)
    level.invalidate(context: 0, page: 7)
    #expect(level.lookup(context: 0, page: 7) == nil)
  }

  @Test(arguments: PageSize.allCases) func aRefreshChangesAnEntryAndIsNoUseOfIt(size: PageSize) throws {
    var level = try TLBLevel(
      small: Geometry(parsing: "2fa"), large: Geometry(parsing: "2fa"), huge: Geometry(parsing: "2fa"),
      policy: .lru, seed: 0)
    let pages = (0..<3).map { UInt64($0) << 18 }
    for page in pages[..<2] { level.fill(context: 0, page: page, Self.entry(page << 12, size)) }
    for page in pages { level.refresh(context: 0, page: page, Self.entry(page << 12, size, isWritten: true)) }
    #expect(level.probe(context: 0, page: pages[0])?.isWritten == true)
    #expect(level.probe(context: 0, page: pages[2]) == nil, "what is not there is not entered")
    level.refresh(context: 0, page: pages[0], Self.entry(0, size))
    level.fill(context: 0, page: pages[2], Self.entry(pages[2] << 12, size))
    #expect(level.probe(context: 0, page: pages[0]) == nil, "it was still the one used longest ago")
    #expect(level.probe(context: 0, page: pages[1])?.isWritten == true)
  }

  @Test func probesChangeNothing() throws {
    var level = try TLBLevel(small: Geometry(parsing: "2fa"), policy: .lru, seed: 0)
    level.fill(context: 0, page: 1, Self.entry(0x1000))
    level.fill(context: 0, page: 2, Self.entry(0x2000))
    #expect(level.probe(context: 0, page: 1)?.base.rawValue == 0x1000)
    level.fill(context: 0, page: 3, Self.entry(0x3000))
    #expect(level.probe(context: 0, page: 1) == nil && level.probe(context: 0, page: 2) != nil)
  }

  @Test func aPageInvalidationDropsItsEntriesOfEverySize() throws {
    for var level in [try Self.split(), try Self.shared(huge: "16x4")] {
      level.fill(context: 1, page: 0x40123, Self.entry(0x8020_0000, .size2M))
      level.fill(context: 1, page: 0x40123, Self.entry(0x9000))
      level.fill(context: 1, page: 0x40123, Self.entry(0x40_0000_0000, .size1G))
      level.fill(context: 2, page: 0x40123, Self.entry(0xA000))
      level.fill(context: 1, page: 0x40124, Self.entry(0xB000))
      level.invalidate(context: 1, page: 0x40123)
      #expect(level.lookup(context: 1, page: 0x40123) == nil)
      #expect(
        level.lookup(context: 2, page: 0x40123) != nil && level.lookup(context: 1, page: 0x40124) != nil)
    }
  }

  @Test(arguments: [0, 0xF_FFFF_8000_0000] as [UInt64])
  func aRangeInvalidationDropsWhatOverlapsIt(start: UInt64) throws {
    for count in [UInt64(1), 16, 17, 600] {
      var level = try Self.shared(huge: "16x4")
      let first = start + 0x40100
      let last = first + count - 1
      for page in first - 1...last + 1 { level.fill(context: 1, page: page, Self.entry(page & 0xFFFF << 12)) }
      level.fill(context: 1, page: start + 0x40000, Self.entry(0x8020_0000, .size2M))
      level.fill(context: 1, page: start + 0x3FE00, Self.entry(0x8000_0000, .size2M))
      level.fill(context: 2, page: first, Self.entry(0x5000))
      level.invalidate(context: 1, global: nil, pages: first...last)
      for page in first...last { #expect(level.probe(context: 1, page: page) == nil) }
      for page in [first - 1, last + 1] { #expect(level.probe(context: 1, page: page)?.size == .size4K) }
      #expect(level.probe(context: 1, page: start + 0x40001) == nil, "the large page overlapped")
      #expect(level.probe(context: 1, page: start + 0x3FFFF) != nil, "the one before did not")
      #expect(level.probe(context: 2, page: first) != nil)
    }
  }

  @Test(arguments: [0, 0xF_FFFF_8000_0000] as [UInt64])
  func aPageInvalidationDropsAllPiecesOfTheMappedPage(start: UInt64) throws {
    for size in [PageSize.size4K, .size2M] {
      var level = try Self.shared()
      let mapped: PageSize = size == .size4K ? .size2M : .size1G
      let first = start + 0x4_0000
      let pages = [first, first + size.basePages, first + mapped.basePages - 1]
      for page in pages { level.fill(context: 1, page: page, Self.entry(0x4000_0000, size, of: mapped)) }
      level.fill(context: 1, page: first - 1, Self.entry(0x1000))
      level.fill(context: 1, page: first + mapped.basePages, Self.entry(0x2000))
      level.fill(context: 2, page: first, Self.entry(0x3000))
      level.invalidate(context: 1, page: first + 7)
      for page in pages { #expect(level.probe(context: 1, page: page) == nil) }
      #expect(level.probe(context: 1, page: first - 1) != nil)
      #expect(level.probe(context: 1, page: first + mapped.basePages) != nil)
      #expect(level.probe(context: 2, page: first) != nil)
    }
  }

  @Test func aContextInvalidationSparesGlobalEntriesAndOtherContexts() throws {
    var level = try Self.split()
    level.fill(context: 1, page: 10, Self.entry(0x1000))
    level.fill(context: 1, page: 11, Self.entry(0x2000, isGlobal: true))
    level.fill(context: 2, page: 10, Self.entry(0x3000))
    level.invalidate(context: 1)
    #expect(level.lookup(context: 1, page: 10) == nil)
    #expect(level.lookup(context: 1, page: 11) != nil && level.lookup(context: 2, page: 10) != nil)
    level.invalidate { $0 == 1 }
    #expect(level.lookup(context: 1, page: 11) == nil && level.lookup(context: 2, page: 10) != nil)
    level.invalidateAll()
    #expect(level.lookup(context: 2, page: 10) == nil)
  }

  @Test func globalEntriesAreFoundUnderEveryContextOfTheirMachine() throws {
    for size in PageSize.allCases {
      var level = try Self.split()
      level.globalContext = 100
      level.fill(context: 1, page: 0x40000, Self.entry(0x4000_0000, size, isGlobal: true))
      #expect(level.lookup(context: 2, page: 0x40000)?.entry.size == size)
      level.invalidate(context: 2)
      #expect(level.probe(context: 1, page: 0x40000) != nil)
      level.globalContext = 101
      #expect(level.lookup(context: 2, page: 0x40000) == nil, "of another machine")
      level.globalContext = 100
      level.invalidate(context: 2, page: 0x40000)
      #expect(level.lookup(context: 1, page: 0x40000) == nil)
      for pages in [0x40000...0x40000, 0x40000...0x40100] as [ClosedRange<UInt64>] {
        level.fill(context: 1, page: 0x40000, Self.entry(0x4000_0000, size, isGlobal: true))
        level.globalContext = 101
        level.invalidate(context: 1, global: 101, pages: pages)
        level.globalContext = 100
        #expect(level.probe(context: 1, page: 0x40000) != nil, "another processor's")
        level.globalContext = 101
        level.invalidate(context: 1, global: 100, pages: pages)
        level.globalContext = 100
        #expect(level.probe(context: 1, page: 0x40000) == nil)
      }
    }
  }

  /// Against a list of what was filled and not yet dropped: evictions may lose entries, nothing may be stale.
  @Test(arguments: ReplacementPolicy.allCases.filter { $0 != .treePLRU }, [UInt64(1), 2, 3])
  func nothingIsFoundThatWasDropped(policy: ReplacementPolicy, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var level = try TLBLevel(
      small: Geometry(parsing: "48x12"), sharesLarge: true, huge: Geometry(parsing: "4fa"), policy: policy,
      seed: 9)
    var live: [TLBTag: TLBEntry] = [:]
    var hits = 0
    for step in 0..<6000 {
      let context = UInt16(generator.next() % 3)
      let page = generator.next() % 4 << 18 | generator.next() % 3 << 9 | generator.next() % 6
      let tags = PageSize.allCases.map { TLBTag(context: context, $0, number: page >> ($0.shift - 12)) }
      switch generator.next() % 40 {
      case 0:
        level.invalidate(context: context, page: page)
        for tag in tags { live[tag] = nil }
      case 1:
        level.invalidate(context: context)
        live = live.filter { $0.key.context != context || $0.value.isGlobal }
      case 2:
        level.invalidate(context: context, global: nil, pages: page...page + 700)
        live = live.filter { tag, _ in
          let first = tag.number << (tag.size.shift - 12)
          return tag.context != context || first > page + 700 || first + tag.size.basePages <= page
        }
      default:
        let expected = tags.compactMap { live[$0] }
        if let found = level.lookup(context: context, page: page) {
          hits += 1
          #expect(expected.contains(found.entry), "seed \(seed) step \(step)")
        } else {
          let size = PageSize.allCases[Int(generator.next() % 3)]
          let base = generator.next() & 0xFF_FFFF_F000 & ~(size.bytes - 1)
          let entry = Self.entry(base, size, isGlobal: step % 5 == 0)
          level.fill(context: context, page: page, entry)
          live[tags[size.leafLevel - 1]] = entry
        }
      }
    }
    #expect(hits > 1000)
  }
}
