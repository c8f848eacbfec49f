import Machines
import Replaying
import Strategies
import Testing
import TranslationTesting

/// Lanes that differ behind the first level of TLBs share it; no result shows that.
@Suite struct SharedFirstLevelTests {
  /// Machines that differ behind the first level alone.
  private static let behind: [[String]] = [
    [], ["l2=128x4"], ["l2=48x12", "l2.policy=fifo"], ["l2=64x4", "l2.policy=random", "l2.split=split"],
    ["nested-tlb=off"], ["pwc.guest.pde=off", "pwc.host.pdpte=2fa"], ["l2=2048x8", "l2.policy=tree-plru"],
  ]

  private static let ahead: [[String]] = [
    [], ["l1d.4K=8x2", "l1i.4K=8x8", "l1d.policy=tree-plru"], ["l1.split=unified", "l1d.policy=random"],
    ["guest.page=2M"], ["guest.page=thp", "host.page=2M"], ["guest.page=2M", "host.page=1G", "l1d.2M=off"],
    ["tlb.dirty=since-fill"], ["pcid=on"], ["vm.switch-flush=all"], ["vpid=off"],
  ]

  private static let workload = Result { try StrategyConformance.trace(accesses: 60_000, seed: 23) }

  @Test func onlyWhatLiesBehindTheFirstLevelIsLeftToItsFollowers() throws {
    func firstLevels(_ settings: [[String]]) throws -> Int {
      let lanes = try settings.map { lane(try machine("skylake-lru", $0), NestedPaging.self) }
      return try Replayer([], lanes, ReplayOptions()).firstLevels
    }
    #expect(try firstLevels(Self.behind) == 1)
    #expect(try firstLevels(Self.behind.map { $0 + ["vpid=off"] }) == Self.behind.count, "exits flush")
    for settings in Self.ahead.dropFirst() { #expect(try firstLevels([[], settings]) == 2, "\(settings)") }
  }

  @Test(arguments: StrategyRegistry.names, ahead)
  func lanesThatShareAFirstLevelCountAsAlone(strategy: String, settings: [String]) throws {
    let bytes = try Self.workload.get()
    let lanes = try Self.behind.map {
      lane(try machine("skylake-lru", settings + $0), try StrategyRegistry.strategy(named: strategy))
    }
    for jobs in [1, 3] {
      var options = ReplayOptions()
      options.jobs = jobs
      options.interval = 9_999
      options.warmup = .accesses(5_000)
      let together = try replay([bytes], lanes, options)
      for (index, lane) in lanes.enumerated() {
        let alone = try replay([bytes], [lane], options)
        let shared = together.filter { $0.lane == index }
        #expect(alone.count > 4 && shared.count == alone.count)
        for (one, other) in zip(alone, shared) {
          #expect(one.tally == other.tally, "machine \(index), \(jobs) jobs, interval \(one.interval ?? -1)")
          #expect(one.gauges == other.gauges && one.counts == other.counts)
        }
      }
    }
  }
}
