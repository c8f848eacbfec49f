import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces

/// Cold reference counts (semantics rule 6): the entries that a completing walk reads with tables present and
/// backed, accessed and dirty bits set, and every cache empty.
@Suite struct ColdReferenceTests {
  /// Touches two far pages, then the first again, whose translation a TLB of one entry has lost by then.
  private static func references(
    _ changes: [String], _ strategy: any TranslationStrategy.Type, _ parameters: [String: String] = [:]
  ) throws -> UInt64 {
    let one = ["l1d.4K=1fa", "l1d.2M=1fa", "l1d.1G=1fa", "l2=1fa", "l2.1G=1fa"]
    let bytes = try trace { writer in
      for address in [0x4000_0000, 0x7F00_0000_0000, 0x4000_0000] as [UInt64] {
        try writer.append(Access(.store, VirtualAddress(address), size: 8))
      }
    }
    var options = ReplayOptions()
    options.warmup = .accesses(2)
    let result = try replay(bytes, try machine("textbook", one + changes), strategy, parameters, options)
    #expect(result.tally.steady.walks == 1)
    #expect(result.tally.firstTouch.walks == 0)
    return result.tally.steady.walkReferences
  }

  /// Entries read of a table of so many levels to map a page of a size.
  private static func read(_ size: String, _ levels: Int) -> Int {
    levels - (order.firstIndex(of: size) ?? 0)
  }

  /// g(p+1)+h: g guest entries, each at a real address that p host entries translate, and h for the page itself.
  @Test(arguments: ["4K", "2M", "1G"], ["4K", "2M", "1G"])
  func everyPairOfPageSizesFollowsTheFormula(guest: String, host: String) throws {
    for (guestLevels, hostLevels) in [(4, 4), (5, 4), (5, 5), (4, 5)] {
      let changes = [
        "guest.page=\(guest)", "host.page=\(host)", "guest.levels=\(guestLevels)",
        "host.levels=\(hostLevels)",
      ]
      let g = Self.read(guest, guestLevels)
      let h = Self.read(host, hostLevels)
      #expect(try Self.references(changes, NestedPaging.self) == UInt64(g * (h + 1) + h))
      #expect(try Self.references(changes, RealMap.self) == UInt64(g * (h + 1) + h))
      #expect(try Self.references(changes, RealMap.self, ["rmt": "flat"]) == UInt64(2 * g + 1))
      #expect(try Self.references(changes, NativeTranslation.self) == UInt64(g))
      let smaller = Self.order.first { $0 == guest || $0 == host } ?? "4K"
      #expect(try Self.references(changes, ShadowPaging.self) == UInt64(Self.read(smaller, guestLevels)))
    }
  }

  private static let order = ["4K", "2M", "1G"]

  /// The numbers that the literature and the manuals give (Arm ARM D8.2.1 `[V:ArmARM]`: (S1+1)(S2+1)-1).
  private static let published: [(changes: [String], references: UInt64)] = [
    (["guest.levels=4"], 24), (["guest.levels=5", "host.levels=5"], 35), (["guest.levels=5"], 29),
    (["guest.page=2M"], 19), (["guest.page=2M", "host.page=2M"], 15), (["guest.page=1G", "host.page=1G"], 8),
  ]

  @Test(arguments: published)
  func nestedWalksReadWhatIsPublished(changes: [String], references: UInt64) throws {
    #expect(try Self.references(changes, NestedPaging.self) == references)
    #expect(try Self.references(changes + ["host.backing=prepopulated"], NestedPaging.self) == references)
  }

  @Test func aNativeWalkReadsFourEntriesAndAFlatRealMapTableNine() throws {
    #expect(try Self.references([], NativeTranslation.self) == 4)
    #expect(try Self.references([], ShadowPaging.self) == 4)
    #expect(try Self.references([], RealMap.self, ["rmt": "flat"]) == 9)
  }
}
