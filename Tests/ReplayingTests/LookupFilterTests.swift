import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// Lookups that find the page used last by their stream, or used last in its set, are left out; no result shows that
/// (semantics rules 3 and 24).
@Suite struct LookupFilterTests {
  private static let firstLevels: [[String]] = [
    [], ["l1d.4K=8x2", "l1i.4K=8x4"], ["l1d.4K=512x4", "l1i.4K=256x2"], ["l1d.4K=12x1", "l1i.4K=24x2"],
    ["l1d.4K=4x1", "l1i.4K=16x4", "l1d.policy=fifo", "l1i.policy=random"], ["l1d.policy=tree-plru"],
    ["l1d.index=xor", "l1i.4K=8fa"], ["l1.split=unified"], ["l1d.2M=off", "l1d.1G=off"],
    ["tlb.dirty=since-fill"], ["vpid=off"], ["pcid=on"], ["guest.zero-page=on"], ["guest.page=thp"],
  ]

  private static let workload = Result { try StrategyConformance.trace(accesses: 60_000, seed: 31) }
  private static let shortWorkload = Result {
    try StrategyConformance.trace(machines: 1, accesses: 3000, seed: 32)
  }

  @Test(arguments: StrategyRegistry.names, firstLevels)
  func lookupsThatAreLeftOutChangeNothing(strategy: String, settings: [String]) throws {
    let strategy = try StrategyRegistry.strategy(named: strategy)
    try compare([lane(try machine("skylake-lru", settings), strategy)], try Self.workload.get())
  }

  @Test func machinesOfSeveralFirstLevelsTogetherCountAsWithAllLookups() throws {
    let lanes = try Self.firstLevels.flatMap { settings in
      try StrategyRegistry.all.map { lane(try machine("skylake-lru", settings), $0) }
    }
    try compare(lanes, try Self.workload.get())
  }

  @Test(arguments: [["l1d.4K=64x4"], ["l1d.4K=64x4", "host.page=2M"]])
  func programsThatAccessPagesInTurnCountAsWithAllLookups(settings: [String]) throws {
    // Reads and writes of a few pages in turn, in the same and in other sets, with a page unmapped now and then.
    let bytes = try trace { writer in
      var random = SplitMix64(seed: 8)
      let base: UInt64 = 0x10_0000
      try writer.append(.map(VirtualAddress(base), length: 1 << 20, [.read, .write], .anonymous))
      for number in 0..<40_000 {
        let page = [0, 1, 2, 16, 17, 32, 48, 64, 80, 96][Int(random.next() % 10)] as UInt64
        let address = VirtualAddress(base + page << 12 + random.next() % 4090)
        try writer.append(Access(random.next() % 3 == 0 ? .store : .load, address, size: 8))
        if number % 997 == 0 {
          try writer.append(.advise(address.alignedDown(to: .size4K), length: 4096, .discard))
        }
      }
    }
    try compare([lane(try machine("skylake-lru", settings), NestedPaging.self)], bytes)
  }

  @Test func aRecordedGuestCountsAsWithAllLookups() throws {
    let lanes = try StrategyRegistry.all.map { lane(try machine(), $0) }
    try compare(lanes, try GuestTrace.bundled("fork"))
  }

  @Test func aPageOfAnotherSizeIsNoticed() throws {
    let bytes = try trace { writer in
      try writer.append(.map(VirtualAddress(0x4000_0000), length: 4 << 20, [.read, .write], .huge2M))
      try writer.append(Access(.store, VirtualAddress(0x4000_0000), size: 8))
    }
    for host in ["4K", "2M"] {
      let lanes = [lane(try machine("skylake-lru", "host.page=\(host)"), NestedPaging.self)]
      #expect(try replay([bytes], lanes).count == 1)
      expectDivergence { try replay([bytes], lanes, Self.merging(.ofSets)) }
    }
  }

  @Test(
    arguments: [
      Buggy<FlushesForAWalk>.self, Buggy<DropsTheNextPage>.self, Buggy<DropsTwoPages>.self,
    ] as [any TranslationStrategy.Type])
  func whatIsDroppedUnaskedIsNoticed(strategy: any TranslationStrategy.Type) throws {
    let lanes = [lane(try machine(), strategy)]
    let bytes = try Self.workload.get()
    #expect(try replay([bytes], lanes).count > 0)
    expectDivergence { try replay([bytes], lanes, Self.merging(.ofSets)) }
  }

  @Test func aFlushInTheMidstOfTheOtherStreamsRunIsNoticed() throws {
    let lanes = [lane(try machine(), Buggy<FlushesForAWalk>.self)]
    expectDivergence { try replay([try Self.workload.get()], lanes, Self.merging(.ofStreams)) }
  }

  @Test func thePageAtHandMayBeDropped() throws {
    try compare([lane(try machine(), Buggy<DropsThePage>.self)], try Self.workload.get())
  }

  @Test(arguments: StrategyRegistry.names)
  func aFirstWriteDropsThePageThatInstructionsRunFrom(strategy: String) throws {
    // It copies the page, and drops it from both first levels.
    let bytes = try Self.accesses([(.fetch, 0x1000), (.store, 0x1800), (.fetch, 0x1004)])
    let lanes = [lane(try machine(), try StrategyRegistry.strategy(named: strategy))]
    #expect(try replay([bytes], lanes)[0].tally.total.l1iMisses == 2)
    for merging in [LookupMerging.ofStreams, .ofSets] {
      expectDivergence { try replay([bytes], lanes, Self.merging(merging)) }
    }
  }

  @Test func aFirstWriteDropsThePageThatInstructionsComeBackTo() throws {
    let bytes = try Self.accesses([(.fetch, 0x1000), (.store, 0x1800), (.fetch, 0x2000), (.fetch, 0x1004)])
    let lanes = [lane(try machine(), NestedPaging.self)]
    #expect(try replay([bytes], lanes)[0].tally.total.l1iMisses == 3)
    expectDivergence { try replay([bytes], lanes, Self.merging(.ofSets)) }
  }

  @Test(arguments: StrategyRegistry.names, firstLevels)
  func aLookupForEveryAccessCountsTheSame(strategy: String, settings: [String]) throws {
    // A row for each access ends every run behind it.
    let lanes = [lane(try machine("skylake-lru", settings), try StrategyRegistry.strategy(named: strategy))]
    let bytes = try Self.shortWorkload.get()
    var options = ReplayOptions()
    let merged = try replay([bytes], lanes, options)
    options.interval = 1
    let single = try replay([bytes], lanes, options).filter { $0.interval != nil }
    #expect(merged.count == 1 && single.count == 3000)
    #expect(single.reduce(Counters()) { $0 + $1.tally.total } == merged[0].tally.total)
  }

  private static func accesses(_ accesses: [(AccessKind, UInt64)]) throws -> [UInt8] {
    try trace { writer in
      for (kind, address) in accesses { try writer.append(Access(kind, VirtualAddress(address), size: 4)) }
    }
  }

  private static func merging(_ merging: LookupMerging) -> ReplayOptions {
    var options = ReplayOptions()
    options.merging = merging
    return options
  }

  private func expectDivergence(_ replay: () throws -> [ReplayResult]) {
    #expect { try replay() } throws: { error in
      if case ReplayError.translation(.divergedStages, _, _) = error { true } else { false }
    }
  }

  /// Compares every row with that of a replay with all lookups.
  private func compare(_ lanes: [LaneSpecification], _ bytes: [UInt8]) throws {
    for (jobs, interval) in [(1, nil), (3, 9_999)] as [(Int, UInt64?)] {
      var options = ReplayOptions()
      options.jobs = jobs
      options.interval = interval
      options.warmup = .accesses(501)
      let all = try replay([bytes], lanes, options)
      for merging in [LookupMerging.ofStreams, .ofSets] {
        options.merging = merging
        let merged = try replay([bytes], lanes, options)
        #expect(all.count == merged.count && all.count >= lanes.count)
        for (one, other) in zip(all, merged) {
          #expect(
            one.tally == other.tally,
            "\(merging), machine \(one.lane), \(jobs) jobs, interval \(one.interval ?? 0)")
          #expect(one.gauges == other.gauges && one.counts == other.counts)
        }
      }
    }
  }
}

/// Flushes the address space for every walk.
private struct FlushesForAWalk: PlantedBug {
  typealias Base = NestedPaging
  func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation? {
    .context(platform.context)
  }
}

/// Drops the page behind that of every walk.
private struct DropsTheNextPage: PlantedBug {
  typealias Base = NestedPaging
  func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation? {
    .page(context: platform.context, request.address.advanced(by: 4096))
  }
}

/// Drops the page of every walk and the one behind it.
private struct DropsTwoPages: PlantedBug {
  typealias Base = NestedPaging
  func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation? {
    .range(
      ContextTags(own: platform.context, global: nil), request.address.alignedDown(to: .size4K), length: 4097)
  }
}

/// Drops the page of every walk.
private struct DropsThePage: PlantedBug {
  typealias Base = NestedPaging
  func unasked(_ request: TranslationRequest, on platform: borrowing Platform) -> Invalidation? {
    .page(context: platform.context, request.address)
  }
}
