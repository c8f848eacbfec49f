import Machines
import Replaying
import Results
import Strategies
import Testing
import TranslationTesting

/// Random guests of one to four processors that use process-context identifiers.
@Suite struct IdentifiersRandomTests {
  private static let small = ["l1d.4K=8x2", "l1i.4K=4fa", "l2=32x4", "pwc.guest.pde=2fa", "pwc.host.pde=2fa"]

  @Test(arguments: StrategyRegistry.names, [[], small, ["vpid=off"], ["l2=off"], ["host.page=2M"]])
  func aRandomGuestIsTranslatedAsTheReferenceDoes(name: String, changes: [String]) throws {
    for processors in [1, 2, 4] {
      let workload = ProcessorsWorkload(
        processors: processors, steps: 9_000, remaps: true, usesIdentifiers: true,
        seed: 20 + UInt64(processors))
      let lane = lane(
        try machine("skylake-lru", ["pcid=on"] + changes), try StrategyRegistry.strategy(named: name))
      let (observer, results) = try StrategyConformance.check(try workload.bytes(), lane)
      #expect(observer.checked > 6_000 && observer.violations == [])
      #expect(results[0].tally.total.addressSpaceSwitches > 100)
    }
  }

  @Test(arguments: StrategyRegistry.names)
  func machinesSideBySideCountItAsAlone(name: String) throws {
    let workload = ProcessorsWorkload(
      processors: 2, steps: 20_000, remaps: true, usesIdentifiers: true, seed: 30)
    let bytes = try workload.bytes()
    let strategy = try StrategyRegistry.strategy(named: name)
    let lanes = try [["l2=64x4"], ["l2=48x3"], ["l2=16x1", "pwc.guest.pde=2fa"]].map {
      lane(try machine("skylake-lru", ["pcid=on", "l1d.4K=8x2"] + $0), strategy)
    }
    let together = try replay([bytes], lanes)
    for (lane, result) in zip(lanes, together) {
      #expect(try replay([bytes], [lane])[0].tally == result.tally)
    }
  }

  @Test func theReferenceNoticesFlushesLeftOut() throws {
    let workload = ProcessorsWorkload(
      processors: 1, steps: 9_000, remaps: true, usesIdentifiers: true, seed: 40)
    for bug in [Buggy<IgnoresPageInvalidations>.self, Buggy<IgnoresFlushes>.self]
      as [any TranslationStrategy.Type]
    {
      let lane = lane(try machine("skylake-lru", "pcid=on"), bug)
      let (observer, _) = try StrategyConformance.check(try workload.bytes(), lane)
      #expect(observer.violationCount > 0, "\(bug)")
    }
  }
}
