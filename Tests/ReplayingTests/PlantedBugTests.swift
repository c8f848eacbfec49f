import Addressing
import Machines
import PageTables
import Replaying
import Results
import Strategies
import Testing
import TranslationTesting

/// The suites notice wrong strategies: ten bugs, planted around right ones, are each caught (semantics rule 31).
@Suite struct PlantedBugTests {
  private static let bugs: [any TranslationStrategy.Type] = [
    Buggy<IgnoresPageInvalidations>.self, Buggy<IgnoresFlushes>.self, Buggy<KeepsWalkCaches>.self,
    Buggy<KeepsShadowEntries>.self, Buggy<KeepsEntriesOfTheDead>.self,
    Buggy<MixesAddressSpacesUp>.self, Buggy<ClaimsLargePages>.self, Buggy<LosesTheOffsetInLargePages>.self,
    Buggy<MixesMachinesUp>.self, Buggy<KeepsNestedWalkCaches>.self,
  ]

  @Test(arguments: bugs.indices) func everyPlantedBugIsCaught(index: Int) throws {
    let bug = Self.bugs[index]
    let bytes = try StrategyConformance.trace(accesses: 150_000, eventSpacing: 30, seed: 5)
    let large = try machine("skylake-lru", "host.page=2M")
    let machine = bug == Buggy<LosesTheOffsetInLargePages>.self ? large : try machine()
    do {
      let (observer, _) = try StrategyConformance.check(bytes, lane(machine, bug))
      #expect(observer.violationCount > 0, "nobody noticed \(bug.name)")
    } catch let error as ReplayError {
      guard case .translation(.unmapped, _, _) = error else { throw error }
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func aCorruptedEntryChangesTheNextAccess(strategy: String) throws {
    let machine = try machine()
    let strategy = try StrategyRegistry.strategy(named: strategy)
    var platform = try Platform(machine)
    var subject = strategy.init(
      [[machine]], try StrategyParameters([:], of: strategy.name, strategy.parameters))
    var effects = Effects()
    try platform.run(vm: 0)
    _ = try platform.load(root: 0x1000)
    for (level, frame) in [(4, 0x1000), (3, 0x2000), (2, 0x3000), (1, 0x4000)] as [(UInt64, UInt64)] {
      let target: UInt64 = level == 1 ? 0x9_9000 : frame + 0x1000
      let change = try platform.guests[0].store(RealAddress(frame), width: 8, value: target | 0x67)
      try subject.didStore(try #require(change), on: &platform, &effects)
    }
    subject.switchAddressSpace(flushing: 0, on: &platform, &effects)
    let request = TranslationRequest(VirtualAddress(0), isWrite: true, isFetch: false)
    let right = try subject.translate(request, on: &platform, &effects)
    #expect(try subject.translate(request, on: &platform, &effects).base == right.base)
    #expect(subject.corruptEntry(for: VirtualAddress(0), on: &platform))
    subject.invalidateWalkCaches()
    let wrong = try? subject.translate(request, on: &platform, &effects)
    #expect(wrong?.base != right.base)
  }
}
