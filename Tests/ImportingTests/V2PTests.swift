import Addressing
import Importing
import Testing
import Traces

@Suite struct V2PTests {
  private func read(_ text: String) throws -> [Item] { try read(Array(text.utf8)) }

  private func read(_ bytes: [UInt8]) throws -> [Item] {
    var reader = V2PReader(ByteInput(bytes, name: "sample"))
    var items: [Item] = []
    var block = RecordBlock()
    while try reader.next(into: &block) {
      items += Item.all(of: block)
      block.removeAll()
    }
    return items
  }

  private func translation(_ virtual: UInt64, _ real: UInt64) -> Item {
    .event(.translation(VirtualAddress(virtual), RealAddress(real)))
  }

  private static let sample = """
    # VirtualToPhysical
    address_mapping_group    {
      page_size: 0x1000
      address_mapping {
        virtual_address: 0x7000
        physical_address: 8192   # a comment
      }
      address_mapping { physical_address: 0x6000 }
      information {
        page_count: 2
        name: "kind"
      }
    }
    information { bytes_mapped: 0x18 }

    """

  @Test func eachMappingIsATranslationAndMissingAddressesAreZero() throws {
    #expect(try read(Self.sample) == [translation(0x7000, 0x2000), translation(0, 0x6000)])
  }

  @Test func aLargePageIsATranslationOfEvery4KiBInIt() throws {
    let items = try read(
      "address_mapping_group { page_size: 2097152 address_mapping { virtual_address: 0x40000000 physical_address: 0x600000 } }\n"
    )
    #expect(
      items == (0..<512 as Range<UInt64>).map { translation(0x4000_0000 + $0 << 12, 0x60_0000 + $0 << 12) })
  }

  @Test(arguments: [
    "address_mapping { virtual_address: 1 }", "address_mapping_group { page_size: 12", "}", "page_size: 3",
    "page_size: x", "virtual_address: 0x1000000000000000", "page_size 4096", "page_size:",
    "virtual_address: 99999999999999999999", "a { b { c", "page_size: 0x80000000", "\u{1}",
  ])
  func nonsenseIsRefusedWithItsLine(line: String) {
    let error = #expect(throws: ImportError.self) { try read("# a comment\n\(line)\n") }
    guard case .malformed(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == 2 && place.byte >= 12)
  }

  @Test func tenThousandCorruptionsGiveTranslationsOrATypedErrorWithItsPlace() throws {
    let sample = Array(Self.sample.utf8)
    var random = SplitMix64(seed: 8)
    var errors = 0
    for _ in 0..<10_000 {
      var bytes = sample
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      do {
        _ = try read(bytes)
      } catch ImportError.malformed(let place, _, _), ImportError.cutShort(let place) {
        errors += 1
        #expect(place.byte <= bytes.count && place.line >= 1)
      }
    }
    #expect(errors > 1000)
  }

  @Test func aFileCutAtAnyByteIsAnErrorOrEndsBetweenMessages() throws {
    let sample = Array(Self.sample.utf8)
    for length in 0..<sample.count {
      if let items = try? read(Array(sample[..<length])) { #expect(items.count == 0 || items.count == 2) }
    }
  }
}
