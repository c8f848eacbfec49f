import Addressing
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces
import TranslationTesting

/// What a replay promises beside right translations: rows that add up, and the same ones however it is run.
@Suite struct ReplayerTests {
  private static let workload = Result { try StrategyConformance.trace(accesses: 40_000, seed: 11) }

  private static func lanes(_ changes: String...) throws -> [LaneSpecification] {
    let machine = try machine("skylake-lru", changes)
    return StrategyRegistry.all.map { lane(machine, $0) }
  }

  private static func jobs(_ jobs: Int) -> ReplayOptions {
    var options = ReplayOptions()
    options.jobs = jobs
    return options
  }

  @Test func resultsDoNotDependOnTheNumberOfWorkers() throws {
    let bytes = try Self.workload.get()
    let alone = try replay([bytes, bytes], try Self.lanes("vm.quantum=700"), Self.jobs(1))
    for jobs in [2, 3, 4] {
      let results = try replay([bytes, bytes], try Self.lanes("vm.quantum=700"), Self.jobs(jobs))
      #expect(results.map(\.tally) == alone.map(\.tally))
      #expect(results.map(\.gauges) == alone.map(\.gauges))
    }
  }

  @Test func aLaneCountsTheSameAloneAndAmongOthers() throws {
    let bytes = try Self.workload.get()
    let lanes = try Self.lanes() + Self.lanes("guest.page=2M") + Self.lanes("l1.split=unified")
    let together = try replay([bytes], lanes)
    for (index, lane) in lanes.enumerated() {
      #expect(try replay([bytes], [lane])[0].tally == together[index].tally)
    }
  }

  @Test func intervalsAddUpToTheWholeReplay() throws {
    let bytes = try Self.workload.get()
    var options = ReplayOptions()
    options.warmup = .accesses(3000)
    let whole = try replay([bytes], try Self.lanes(), options)
    options.interval = 7000
    let rows = try replay([bytes], try Self.lanes(), options)
    for result in whole {
      let intervals = rows.filter { $0.lane == result.lane && $0.interval != nil }
      #expect(intervals.count == 6)
      #expect(intervals.reduce(0) { $0 + $1.counts.accesses } == result.counts.accesses)
      var sum = Tally()
      for interval in intervals { sum += interval.tally }
      #expect(sum.firstTouch == result.tally.firstTouch && sum.steady == result.tally.steady)
      #expect(rows.contains { $0.lane == result.lane && $0.interval == nil && $0.tally == result.tally })
    }
  }

  @Test func everyLookupHitsOrMissesAndEveryLastMissWalks() throws {
    for result in try replay([try Self.workload.get()], try Self.lanes()) {
      let total = result.tally.total
      #expect(total.l2Lookups == total.l1dMisses + total.l1iMisses)
      #expect(total.walks == total.l2Misses)
      #expect(total.l1iLookups == result.counts.instructions + result.counts.fetchCrossings)
      #expect(
        total.l1dLookups
          == result.counts.accesses - result.counts.instructions + result.counts.dataCrossings)
      #expect(total.l2Misses <= total.l2Lookups && total.l2Lookups > 0)
    }
  }

  @Test func skippingAppliesEventsOnlyAndCountsWhatFollows() throws {
    let page = VirtualAddress(0x40_0000)
    let bytes = try trace { writer in
      try writer.append(.map(page, length: 8192, [.read, .write], .anonymous))
      for _ in 0..<10 { try writer.append(Access(.store, page, size: 8)) }
      try writer.append(.unmap(page, length: 4096))
      for _ in 0..<10 { try writer.append(Access(.load, page.advanced(by: 4096), size: 8)) }
    }
    var options = ReplayOptions()
    options.skip = 10
    let result = try replay(bytes, try machine(), NativeTranslation.self, [:], options)
    #expect(result.counts.accesses == 10)
    #expect(result.tally.total.l1dMisses == 1)
    #expect(result.tally.total.pageInvalidations == 0)
    #expect((result.firstAccess, result.endAccess) == (10, 20))
  }

  @Test func aSegmentStartsWithNothingCached() throws {
    let one = try trace { writer in
      for _ in 0..<5 { try writer.append(Access(.load, VirtualAddress(0x40_0000), size: 8)) }
    }
    for strategy in StrategyRegistry.all {
      let results = try replay([one + one], [lane(try machine(), strategy)])
      #expect(results[0].counts.accesses == 10)
      #expect(results[0].tally.total.walks == 2)
    }
  }

  @Test func aTurnLongerThanAnyTraceEndsWithItsTrace() throws {
    let bytes = try Self.workload.get()
    var options = ReplayOptions()
    options.skip = 1
    let endless = try replay([bytes, bytes], try Self.lanes("vm.quantum=\(UInt64.max)"), options)
    let long = try replay([bytes, bytes], try Self.lanes("vm.quantum=1000000"), options)
    #expect(endless.map(\.tally) == long.map(\.tally))
  }

  @Test func lossesBeyondEveryNumberAreCountedAsTheLargest() throws {
    let bytes = try trace { writer in
      for _ in 0..<2 { try writer.append(.gap(records: .max)) }
      try writer.append(Access(.load, VirtualAddress(0x1000), size: 8))
    }
    let counts = try replay(bytes, try machine(), NativeTranslation.self).counts
    #expect(counts.gaps == 2 && counts.lostRecords == .max)
  }

  @Test func nothingLeftToCountIsAnError() throws {
    let bytes = try trace { writer in try writer.append(Access(.load, VirtualAddress(0x1000), size: 8)) }
    var options = ReplayOptions()
    options.skip = 5
    #expect(throws: ReplayError.self) { try replay([bytes], try Self.lanes(), options) }
  }
}
