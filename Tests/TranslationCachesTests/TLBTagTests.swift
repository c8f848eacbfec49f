import Addressing
import Testing
import TranslationCaches

@Suite struct TLBTagTests {
  @Test(arguments: PageSize.allCases) func tagsGiveBackWhatTheyWereMadeOf(size: PageSize) {
    var generator = SplitMix64(seed: 45)
    for _ in 0..<500 {
      let context = UInt16(truncatingIfNeeded: generator.next())
      let number = (generator.next() & (1 << 57 - 1)) >> size.shift
      let tag = TLBTag(context: context, size, number: number)
      #expect(tag.context == context && tag.size == size && tag.number == number)
      #expect(tag.rawValue != TranslationCache.invalidTag)
    }
  }

  @Test func everyPartTellsTagsApart() {
    let numbers: [UInt64] = [0, 1, 1 << 35, 1 << 44, (1 << 45) - 1]
    let tags = [UInt16(0), 1, .max].flatMap { context in
      PageSize.allCases.flatMap { size in
        numbers.map { TLBTag(context: context, size, number: $0).rawValue }
      }
    }
    #expect(Set(tags).count == tags.count)
  }

  @Test func entriesGiveBackWhatTheyWereMadeOf() {
    var generator = SplitMix64(seed: 40)
    for size in PageSize.allCases {
      for flags in 0..<16 {
        let frame = generator.next() & (1 << 52 - 1) & ~(size.bytes - 1)
        let entry = TLBEntry(
          base: PhysicalAddress(frame), size: size, isWritable: flags & 1 != 0, isExecutable: flags & 2 != 0,
          isGlobal: flags & 4 != 0, isWritten: flags & 8 != 0)
        #expect(entry.base.rawValue == frame && entry.size == size)
        #expect(entry.isWritable == (flags & 1 != 0) && entry.isExecutable == (flags & 2 != 0))
        #expect(entry.isGlobal == (flags & 4 != 0) && entry.isWritten == (flags & 8 != 0))
        #expect(TLBEntry(payload: entry.payload) == entry)
      }
    }
  }

  @Test func aPartOfALargePageTranslatesLikeTheWhole() {
    let whole = TLBEntry(
      base: PhysicalAddress(0x1_4000_0000), size: .size1G, isWritable: true, isExecutable: false,
      isGlobal: false,
      isWritten: true)
    for page in [UInt64(0), 1, 511, 512, 0x3FFFF, 0x12345678] {
      for size in PageSize.allCases {
        let part = whole.part(size, aroundPage: page)
        #expect(part.size == size && part.isWritable && part.isWritten)
        #expect(part.physicalAddress(ofPage: page) == whole.physicalAddress(ofPage: page))
      }
    }
  }
}
