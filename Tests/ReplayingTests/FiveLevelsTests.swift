import Addressing
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// Recorded guests whose tables have five levels (CR4.LA57; Intel SDM volume 3, section 4.5).
@Suite struct FiveLevelsTests {
  private static let root: UInt64 = 0x10_0000
  private static let la57: UInt64 = 1 << 12
  /// An address that four levels do not reach.
  private static let page: UInt64 = 0x00ab_cdef_0123_4000

  private static func bytes() throws -> [UInt8] {
    try GuestTrace.bytes(levels: 5) { trace in
      try trace.root(root)
      try trace.begin(cr4: la57)
      try trace.load(root)
      try trace.map(page, to: 0x5000, under: root)
      try trace.writer.append(.translation(VirtualAddress(page), RealAddress(0x5000)))
      try trace.read(page)
      try trace.read(page + 8)
    }
  }

  /// The bundled trace of one, by the reference translator, which shares no code with the strategies.
  @Test(arguments: StrategyRegistry.names)
  func everyStrategyTranslatesItAsTheReferenceDoes(strategy: String) throws {
    let lane = lane(
      try machine("skylake-lru", ["guest.levels=5"]), try StrategyRegistry.strategy(named: strategy))
    let (observer, _) = try StrategyConformance.check(try GuestTrace.bundled("fork-la57"), lane)
    #expect(observer.checked > 40_000 && observer.violations == [])
  }

  /// g for one table; g(h+1)+h for a walk over g levels in the guest and h in the host.
  @Test(arguments: zip(["native", "nested", "real-map"], [5, 29, 29] as [UInt64]))
  func aColdWalkReadsFiveLevels(name: String, references: UInt64) throws {
    let total = try replay(
      try Self.bytes(), try machine("textbook", ["guest.levels=5"]),
      try StrategyRegistry.strategy(named: name)
    ).tally.total
    #expect(total.walks == 1 && total.walkReferences == references)
  }

  @Test func aMachineOfFourLevelsIsToldWhatToSet() throws {
    let error = #expect(throws: ReplayError.self) {
      try replay(try Self.bytes(), try machine(), NativeTranslation.self)
    }
    #expect(error?.description.contains("set guest.levels=5") == true)
  }

  @Test func realAddressesAreHeldAgainstFiveLevelsWithoutBeingTold() throws {
    let check = try TranslationCheck.check(try TraceReader(MemorySource(try Self.bytes())), name: "guest")
    #expect(check.checked == 2 && check.differing == 0)
  }
}
