import Addressing
import Testing

@Suite struct AddressTests {
  @Test(arguments: PageSize.allCases) func alignmentAndOffsetRecomposeTheAddress(size: PageSize) {
    let address = VirtualAddress(0xFFFF_8123_4567_89AB)
    #expect(address.alignedDown(to: size).advanced(by: address.offset(in: size)) == address)
    #expect(address.alignedDown(to: size).offset(in: size) == 0)
  }

  @Test func leafLevelsAreThoseOfAnX86Table() {
    #expect(PageSize.allCases.map(\.leafLevel) == [1, 2, 3])
    #expect(PageSize.allCases.map { PageSize(leafLevel: $0.leafLevel) } == PageSize.allCases)
    #expect(PageSize(leafLevel: 4) == nil)
  }

  @Test func anAccessCrossesAPageOnlyWhenItsLastByteDoes() {
    #expect(!Access(.load, VirtualAddress(0xFF8), size: 8).crossesPage)
    #expect(Access(.load, VirtualAddress(0xFF9), size: 8).crossesPage)
    #expect(!Access(.load, VirtualAddress(0xFFF), size: 0).crossesPage)
  }

  @Test func seededNumbersAreThePublishedSequence() {
    // The reference sequence of SplitMix64 for seed 1234567.
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
