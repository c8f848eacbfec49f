import Addressing
import Machines
import Replaying
import Strategies
import Testing
import Traces
import TranslationTesting

/// Machines that differ in their caches alone share tables, and strategies a first level of TLBs; no result shows that.
@Suite struct SharedStagesTests {
  /// Machines that differ behind the first level alone.
  private static let behind: [[String]] = [
    [], ["l2=128x4"], ["l2=48x12", "l2.policy=fifo"], ["l2=64x4", "l2.policy=random", "l2.split=split"],
    ["nested-tlb=off"], ["pwc.guest.pde=off", "pwc.host.pdpte=2fa"], ["l2=2048x8", "l2.policy=tree-plru"],
    ["l2.index=xor"], ["l2=128x4", "l2.index=xor"], ["pwc.host.policy=fifo"],
    ["pwc.host.policy=random", "nested-tlb=off"], ["nested-tlb=16x4", "nested-tlb.policy=tree-plru"],
    ["l2=32x1"], ["l2=512x16"], ["l2=96x3", "pwc.guest.pde=4fa"],
  ]

  /// Machines that differ in one or several of second level, guest's walk cache, nested TLB and host's walk cache: all
  /// combinations, so that stages begin as shared as they can be, and part in the course of the replay.
  private static let crossed: [[String]] = ["l2=128x4", "l2=2048x8"].flatMap { l2 in
    ["pwc.guest.pde=2fa", "pwc.guest.pde=8x2"].flatMap { pde in
      ["nested-tlb=off", "nested-tlb=4fa", "nested-tlb=32fa"].flatMap { nested in
        ["pwc.host.pde=off", "pwc.host.pde=4x2"].map { [l2, pde, nested, $0] }
      }
    }
  }

  private static let ahead: [[String]] = [
    [], ["l1d.4K=8x2", "l1i.4K=8x8", "l1d.policy=tree-plru"], ["l1.split=unified", "l1d.policy=random"],
    ["l1d.index=xor", "l1i.index=xor", "l2.index=xor"],
    ["guest.page=2M"], ["guest.page=thp", "host.page=2M"], ["guest.page=2M", "host.page=1G", "l1d.2M=off"],
    ["tlb.dirty=since-fill"], ["pcid=on"], ["vm.switch-flush=all"], ["vpid=off"],
  ]

  private static let workload = Result { try StrategyConformance.trace(accesses: 60_000, seed: 23) }

  @Test func machinesShareAFirstLevelIfTheyDifferBehindItAlone() throws {
    func firstLevels(_ settings: [[String]]) throws -> Int {
      let lanes = try settings.map { lane(try machine("skylake-lru", $0), NestedPaging.self) }
      return try Replayer([], lanes, ReplayOptions()).firstLevels
    }
    #expect(try firstLevels(Self.behind) == 1)
    #expect(try firstLevels(Self.behind.map { $0 + ["vpid=off"] }) == Self.behind.count, "exits flush")
    for settings in Self.ahead.dropFirst() { #expect(try firstLevels([[], settings]) == 2, "\(settings)") }
  }

  @Test(arguments: StrategyRegistry.names, ahead)
  func machinesThatShareStagesCountAsAlone(strategy: String, settings: [String]) throws {
    let strategy = try StrategyRegistry.strategy(named: strategy)
    try compareWithAlone(Self.behind.map { lane(try machine("skylake-lru", settings + $0), strategy) })
  }

  @Test(arguments: StrategyRegistry.names, [[], ["guest.page=thp", "host.page=2M"], ["pcid=on"]])
  func machinesThatShareStagesOfWalksCountAsAlone(strategy: String, settings: [String]) throws {
    let strategy = try StrategyRegistry.strategy(named: strategy)
    try compareWithAlone(Self.crossed.map { lane(try machine("skylake-lru", settings + $0), strategy) })
  }

  @Test(arguments: [[], ["host.page=2M"], ["host.page=1G", "host.backing=prepopulated"], ["pcid=on"]])
  func strategiesThatShareAFirstLevelCountAsAlone(settings: [String]) throws {
    var lanes: [LaneSpecification] = []
    for strategy in StrategyRegistry.all {
      lanes += try Self.behind.map { lane(try machine("skylake-lru", settings + $0), strategy) }
    }
    var options = ReplayOptions()
    options.sharesAcrossStrategies = true
    #expect(try Replayer([], lanes, options).firstLevels == 2, "shadow paging has one to itself")
    try compareWithAlone(lanes, options)
  }

  @Test(arguments: StrategyRegistry.names, ["fork", "pingpong", "smp"])
  func onARecordedGuestTheyCountAsAlone(strategy: String, trace: String) throws {
    let strategy = try StrategyRegistry.strategy(named: strategy)
    let lanes = try ([0, 2, 4, 6].map { Self.behind[$0] } + [["l2=256x2"], ["l2=1024x8"]]).map {
      lane(try machine("skylake-lru", $0), strategy)
    }
    try compareWithAlone(lanes, on: try GuestTrace.bundled(trace))
  }

  @Test(arguments: StrategyRegistry.names, [2, 4])
  func onSeveralProcessorsTheyCountAsAlone(strategy: String, processors: Int) throws {
    let workload = ProcessorsWorkload(processors: processors, steps: 70_000, remaps: true, seed: 5)
    let strategy = try StrategyRegistry.strategy(named: strategy)
    let behind = [
      ["l2=64x4", "pwc.guest.pde=2fa", "nested-tlb=4fa"], ["l2=48x3", "pwc.host.pde=off"],
      ["l2=16x1", "pwc.guest.pde=2fa", "nested-tlb=8fa"], ["l2=64x4", "l2.policy=random"],
    ]
    try compareWithAlone(
      try behind.map { lane(try machine("skylake-lru", ["l1d.4K=8x2", "l1i.4K=4fa"] + $0), strategy) },
      on: try workload.bytes())
  }

  /// A second level that has lost a global page walks for it in another address space, whose shadow table lacks it.
  @Test func shadowTablesThatDependOnTheSecondLevelAreNoticed() throws {
    let lanes = try ["1536x12", "64x4"].map {
      lane(try machine("skylake-lru", ["l2=\($0)"]), ShadowPaging.self)
    }
    let bytes = try GuestTrace.bundled("pingpong")
    let error = #expect(throws: ReplayError.self) { try replay([bytes], lanes) }
    guard case .translation(.divergedStages, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["fork", "pingpong", "smp"])
  func strategiesThatShareAFirstLevelOnARecordedGuestCountAsAlone(trace: String) throws {
    // The kernel of one has pages of 2 MiB, as which the host's let native translate them.
    let lanes = try StrategyRegistry.all.flatMap { strategy in
      try [0, 2].map { lane(try machine("skylake-lru", Self.behind[$0] + ["host.page=2M"]), strategy) }
    }
    var options = ReplayOptions()
    options.sharesAcrossStrategies = true
    try compareWithAlone(lanes, options, on: try GuestTrace.bundled(trace))
  }

  @Test func strategiesWithEntriesOfOtherSizesAreNoticed() throws {
    // A host of smaller pages breaks the guest's 2 MiB pages, which one mapping of the trace has whatever the policy.
    let bytes = try trace { writer in
      try writer.append(
        .map(VirtualAddress(0x4000_0000), length: 4 << 20, [.read, .write], .huge2M))
      for page in 0..<8 as Range<UInt64> {
        try writer.append(Access(.store, VirtualAddress(0x4000_0000 + (page << 18)), size: 8))
      }
    }
    let lanes = [
      lane(try machine("skylake-lru"), NativeTranslation.self),
      lane(try machine("skylake-lru"), NestedPaging.self),
    ]
    var options = ReplayOptions()
    #expect(try replay([bytes], lanes, options).count == 2)
    options.sharesAcrossStrategies = true
    #expect { try replay([bytes], lanes, options) } throws: { error in
      if case ReplayError.translation(.divergedStages, _, _) = error { true } else { false }
    }
  }

  /// Compares every row with that of its machine's own replay.
  private func compareWithAlone(
    _ lanes: [LaneSpecification], _ options: ReplayOptions = ReplayOptions(), on trace: [UInt8]? = nil
  ) throws {
    let bytes = try trace ?? Self.workload.get()
    for jobs in [1, 3] {
      var options = options
      options.jobs = jobs
      options.limit = 60_000
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
