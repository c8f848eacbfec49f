import Addressing
import Machines
import Replaying
import Strategies
import Testing
import TranslationTesting

/// Every strategy answers, for every access, what the reference translator answers (semantics rules 30 to 32).
@Suite struct ConformanceTests {
  private static let seed: UInt64 = 20_261_122
  private static let trace = Result { try StrategyConformance.trace(accesses: 1_000_000, seed: seed) }
  private static let shortTrace = Result { try StrategyConformance.trace(accesses: 60_000, seed: seed + 1) }

  @Test(arguments: StrategyRegistry.names)
  func aMillionAccessesOfNineProcessesTranslateAsTheReferenceDoes(strategy: String) throws {
    let lane = lane(try machine(), try StrategyRegistry.strategy(named: strategy))
    var options = ReplayOptions()
    options.merging = .ofStreams
    let (observer, results) = try StrategyConformance.check(try Self.trace.get(), lane, options: options)
    #expect(results.reduce(0) { $0 + $1.counts.accesses } == 1_000_000)
    #expect(observer.events > 10_000, "the seed is \(Self.seed)")
    #expect(observer.checked > 900_000)
    #expect(observer.violations == [], "the seed is \(Self.seed)")
  }

  private static let variants: [[String]] = [
    ["guest.page=2M"], ["guest.page=thp", "host.page=2M"], ["host.page=2M"],
    ["host.page=1G", "guest.page=2M"],
    ["guest.page=1G", "host.page=1G"], ["vpid=off"], ["pcid=on"], ["guest.levels=5", "host.levels=5"],
    ["l1.split=unified"], ["l2.split=split"], ["nested-tlb=off"], ["tlb.dirty=since-fill"],
    ["host.backing=prepopulated"], ["guest.allocator=shuffle", "host.allocator=shuffle", "seed=7"],
    ["guest.allocator=buddy", "guest.fragmentation=0.5", "guest.page=thp"],
    ["l1d.policy=fifo", "l2.policy=random", "l1i.policy=tree-plru", "pwc.guest.policy=fifo"],
    ["vm.switch-flush=all"], ["l1d.index=xor", "l1i.index=xor", "l2.index=xor", "guest.page=thp"],
  ]

  @Test(arguments: StrategyRegistry.names, variants)
  func everyMachineTranslatesAsTheReferenceDoes(strategy: String, changes: [String]) throws {
    let lane = lane(try machine("skylake-lru", changes), try StrategyRegistry.strategy(named: strategy))
    let (observer, _) = try StrategyConformance.check(try Self.shortTrace.get(), lane)
    #expect(observer.checked > 50_000)
    #expect(observer.violations == [], "\(changes), the seed is \(Self.seed + 1)")
  }

  @Test(arguments: [("shadow", ["prefill": "on"]), ("real-map", ["rmt": "flat"])])
  func everyParameterTranslatesAsTheReferenceDoes(strategy: String, parameters: [String: String]) throws {
    let lane = lane(try machine(), try StrategyRegistry.strategy(named: strategy), parameters)
    let (observer, _) = try StrategyConformance.check(try Self.shortTrace.get(), lane)
    #expect(observer.checked > 50_000)
    #expect(observer.violations == [])
  }
}
