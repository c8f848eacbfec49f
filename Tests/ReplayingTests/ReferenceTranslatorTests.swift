import Addressing
import Testing
import TranslationTesting

/// The reference translator alone, by events.
@Suite struct ReferenceTranslatorTests {
  private static let page = VirtualAddress(0x40_0000)
  private static let root: UInt64 = 0x10_0000

  /// A root and three tables below it, which map ``page`` to 0x5000.
  private static func translator() -> ReferenceTranslator {
    var translator = ReferenceTranslator(levels: 4)
    translator.apply(.controlRegister(.cr3, value: root), vm: 0, vcpu: 0)
    for (level, index) in [(4, 0), (3, 0), (2, 2)] as [(UInt64, UInt64)] {
      let table = root + (4 - level) << 12
      store(table + 0x1000, at: table + 8 * index, &translator)
    }
    store(0x5000, at: root + 0x3000, &translator)
    return translator
  }

  private static func store(_ frame: UInt64, at address: UInt64, _ translator: inout ReferenceTranslator) {
    translator.apply(
      .tableStore(RealAddress(address), width: 8, value: frame | GuestTrace.flags), vm: 0, vcpu: 0)
  }

  private static func answer(_ translator: inout ReferenceTranslator) -> RealAddress? {
    translator.answers(for: page, vm: 0, vcpu: 0).first?.real
  }

  @Test(arguments: [0x1000, 0x2000, 0x3000] as [UInt64])
  func entriesThatPointToAnUnlinkedTableLeadNowhere(table: UInt64) {
    var translator = Self.translator()
    #expect(Self.answer(&translator) == RealAddress(0x5000))
    translator.apply(.tableUnlinked(RealAddress(Self.root + table)), vm: 0, vcpu: 0)
    #expect(Self.answer(&translator) == nil)
    translator.apply(
      .tableLinked(RealAddress(Self.root + 0x3000), level: 1, entries: [], storesBefore: 0), vm: 0, vcpu: 0)
    Self.store(0x6000, at: Self.root + 0x3000, &translator)
    #expect(Self.answer(&translator) == nil, "nor do they to what the frame becomes")
  }

  @Test func aTableThatGoesTakesWithItWhatItAloneReaches() {
    var translator = Self.translator()
    translator.apply(.tableUnlinked(RealAddress(Self.root + 0x2000)), vm: 0, vcpu: 0)
    // A store to the leaf table that went is none to a table.
    Self.store(0x6000, at: Self.root + 0x3000, &translator)
    for (table, index) in [(0x1000, 0), (0x9000, 2)] as [(UInt64, UInt64)] {
      let child: UInt64 = table == 0x1000 ? 0x9000 : 0x3000
      Self.store(Self.root + child, at: Self.root + table + 8 * index, &translator)
    }
    #expect(Self.answer(&translator) == nil)
    Self.store(0x7000, at: Self.root + 0x3000, &translator)
    #expect(Self.answer(&translator) == RealAddress(0x7000))
  }

  @Test func anUnlinkedRootIsGivenUp() {
    var translator = Self.translator()
    translator.apply(.tableUnlinked(RealAddress(Self.root)), vm: 0, vcpu: 0)
    #expect(Self.answer(&translator) == nil)
  }
}
