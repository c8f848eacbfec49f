import Addressing
import Importing
import Testing
import Traces

/// Synthetic traces are what their descriptions say, by closed forms.
@Suite struct SyntheticTests {
  private static let data: UInt64 = 0x1000_0000_0000

  private func settings(
    _ workload: SyntheticWorkload, pages: UInt64, seed: UInt64 = 1, instructions: UInt64 = 0
  ) -> SyntheticSettings {
    var settings = SyntheticSettings(workload)
    settings.footprint = pages * 4096
    settings.seed = seed
    settings.instructions = instructions
    return settings
  }

  /// The first records of a trace with the events among them.
  private func items(
    _ workload: SyntheticWorkload, _ settings: SyntheticSettings, records: UInt64
  ) throws -> [Item] {
    var trace = try SyntheticTrace(workload, settings)
    var window = RecordWindow(limit: records)
    var items: [Item] = []
    while !window.isComplete { items += Item.all(of: window.take(trace.next())) }
    return items
  }

  private func accesses(_ items: [Item]) -> [Access] {
    items.compactMap { if case .access(let access, _) = $0 { access } else { nil } }
  }

  private func pages(_ items: [Item]) -> [UInt64] {
    accesses(items).map { ($0.address.rawValue - Self.data) / 4096 }
  }

  /// The statistic of Pearson's test, and the 99.9 % quantile of its distribution by Wilson and Hilferty.
  private func chiSquare(_ counts: [Int], _ expected: [Double]) -> (statistic: Double, limit: Double) {
    let statistic = zip(counts, expected).reduce(0) { sum, pair in
      let difference = Double(pair.0) - pair.1
      return sum + difference * difference / pair.1
    }
    let freedom = Double(counts.count - 1)
    let root = 1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot()
    return (statistic, freedom * root * root * root)
  }

  @Test(arguments: SyntheticWorkload.allCases)
  func everyAccessIsToMemoryThatItsProcessHasMapped(workload: SyntheticWorkload) throws {
    var mapped: [UInt32: Set<UInt64>] = [:]
    let settings = settings(workload, pages: 64, instructions: 2)
    for item in try items(workload, settings, records: 5000) {
      switch item {
      case .access(let access, let owner):
        let process = try #require(owner.addressSpace)
        #expect(mapped[process]?.contains(access.address.pageNumber) == true)
        #expect(access.kind == .fetch || access.address.rawValue & 7 == 0)
      case .event(let event, let owner):
        let process = try #require(owner.addressSpace)
        switch event {
        case .map(let start, let length, _, _):
          mapped[process, default: []].formUnion(start.pageNumber..<start.pageNumber + length / 4096)
        case .unmap(let start, let length):
          mapped[process]?.subtract(start.pageNumber..<start.pageNumber + length / 4096)
        case .clone(let child, sharesMemory: false):
          #expect(mapped[child] == nil)
          mapped[child] = mapped[process]
        case .exit(wholeProcess: true): mapped[process] = nil
        default: Issue.record("\(event)")
        }
      }
    }
  }

  @Test(arguments: SyntheticWorkload.allCases, [1, 3, 7] as [UInt64])
  func everyDataAccessFollowsOneLoopOfFetches(workload: SyntheticWorkload, instructions: UInt64) throws {
    let settings = settings(workload, pages: 64, instructions: instructions)
    let items = try items(workload, settings, records: 600 * (instructions + 1))
    for (number, access) in accesses(items).enumerated() {
      let step = UInt64(number) % (instructions + 1)
      #expect((access.kind == .fetch) == (step < instructions))
      if step < instructions { #expect(access.address.rawValue == 0x40_1000 + 4 * step) }
    }
  }

  @Test(arguments: SyntheticWorkload.allCases)
  func aSeedGivesTheSameTraceAndAnotherOneAnother(workload: SyntheticWorkload) throws {
    let one = try items(workload, settings(workload, pages: 256), records: 3000)
    #expect(try items(workload, settings(workload, pages: 256), records: 3000) == one)
    let other = try items(workload, settings(workload, pages: 256, seed: 2), records: 3000)
    // These two draw nothing.
    #expect((other == one) == [.strided, .tableChurn].contains(workload))
  }

  @Test func uniformLoadsGoEverywhereAsOften() throws {
    let items = try items(.uniform, settings(.uniform, pages: 100), records: 100_000)
    #expect(accesses(items).allSatisfy { $0.kind == .load && $0.size == 8 })
    var counts = [Int](repeating: 0, count: 100)
    for page in pages(items) { counts[Int(page)] += 1 }
    let (statistic, limit) = chiSquare(counts, [Double](repeating: 1000, count: 100))
    #expect(statistic < limit)
    // Of n pages, r draws touch n (1 − (1 − 1/n)^r) in the mean: 4,323.5 of 5,000 here, with a deviation of 20.0.
    let touched = Set(pages(try self.items(.uniform, settings(.uniform, pages: 5000), records: 10_000))).count
    #expect(abs(Double(touched) - 4323.5) < 4 * 20.0)
  }

  @Test(arguments: [0.5, 1, 1.5])
  func zipfLoadsGoToThePageOfARankAsOftenAsZipfsLawSays(exponent: Double) throws {
    var settings = settings(.zipf, pages: 200, seed: 5)
    settings.exponent = exponent
    let records: UInt64 = 200_000
    var generator = SplitMix64(seed: 5)
    let order = PageOrder(count: 200, using: &generator)
    let rankOfPage = Dictionary(uniqueKeysWithValues: (0..<200).map { (order[$0], $0) })
    var counts = [Int](repeating: 0, count: 200)
    for page in pages(try items(.zipf, settings, records: records)) {
      counts[try #require(rankOfPage[page])] += 1
    }
    // By the law itself and not by what the generator holds.
    let weights: [Double] = (1...200).map { (rank: Int) -> Double in
      let root = Double(rank).squareRoot()
      return (0..<Int(2 * exponent)).reduce(1) { product, _ in product / root }
    }
    let sum = weights.reduce(0, +)
    let (statistic, limit) = chiSquare(counts, weights.map { $0 / sum * Double(records) })
    #expect(statistic < limit)
    let distribution = ZipfDistribution(count: 200, exponent: exponent)
    for (rank, weight) in weights.enumerated() {
      #expect(abs(distribution.probability(of: rank) - weight / sum) < 1e-12)
    }
  }

  @Test(arguments: [8, 64, 4096, 5000, 8192] as [UInt64])
  func stridedLoadsAreOneStrideApart(stride: UInt64) throws {
    var settings = settings(.strided, pages: 32)
    settings.stride = stride
    let positions = (32 * 4096 - 8) / stride + 1
    let loads = accesses(try items(.strided, settings, records: 2 * positions + 5))
    for (number, load) in loads.enumerated() {
      #expect(load == Access(.load, VirtualAddress(Self.data + UInt64(number) % positions * stride), size: 8))
    }
  }

  @Test func aPointerChaseVisitsEveryPageOnceACycle() throws {
    let pages = pages(try items(.pointerChase, settings(.pointerChase, pages: 500), records: 1500))
    #expect(Set(pages[..<500]) == Set(0..<500))
    #expect(pages[..<500] == pages[500..<1000] && pages[..<500] == pages[1000...])
    // In a random order, one page in the mean is where its number says; 10 and more have a chance of 10^-7.
    #expect(pages[..<500].enumerated().count { $0.offset == $0.element } < 10)
  }

  @Test func gupsReadsChangesAndWritesWords() throws {
    let items = try items(.gups, settings(.gups, pages: 100), records: 100_000)
    #expect(accesses(items).allSatisfy { $0.kind == .modify && $0.size == 8 })
    var counts = [Int](repeating: 0, count: 100)
    for page in pages(items) { counts[Int(page)] += 1 }
    let (statistic, limit) = chiSquare(counts, [Double](repeating: 1000, count: 100))
    #expect(statistic < limit)
    #expect(Set(accesses(items).map { $0.address.rawValue % 4096 }).count == 512)
  }

  @Test func tableChurnMapsWritesAndUnmapsEachRangeInTurn() throws {
    var settings = settings(.tableChurn, pages: 10)
    settings.range = 4 * 4096
    let items = try items(.tableChurn, settings, records: 24)
    func address(_ page: UInt64) -> VirtualAddress { VirtualAddress(Self.data + page * 4096) }
    let rounds = [0, 4, 0, 4, 0, 4].flatMap { start in
      [Item.event(.map(address(start), length: 16384, [.read, .write], .anonymous), process(1))]
        + (start..<start + 4).map { Item.access(Access(.store, address($0), size: 8), process(1)) }
        + [Item.event(.unmap(address(start), length: 16384), process(1))]
    }
    // Behind the last record nothing is kept.
    #expect(items == rounds.dropLast())
  }

  private func process(_ number: UInt32) -> Owner {
    Owner(vm: 0, vcpu: 0, addressSpace: number, thread: number)
  }

  @Test func aForkStormForksChildrenThatWriteDifferentPagesAndEnd() throws {
    var settings = settings(.forkStorm, pages: 50)
    settings.processes = 3
    settings.writes = 20
    let items = try items(.forkStorm, settings, records: 50 + 60 * 4)
    #expect(Array(pages(items)[..<50]) == Array(0..<50))
    var written: [UInt32: Set<UInt64>] = [:]
    var alive: Set<UInt32> = [1]
    for item in items {
      switch item {
      case .access(let access, let owner):
        let process = try #require(owner.addressSpace)
        #expect(alive.contains(process) && access.kind == .store)
        #expect(written[process, default: []].insert(access.address.pageNumber).inserted)
      case .event(.clone(let child, sharesMemory: false), let owner):
        #expect(owner == process(1))
        #expect(alive.insert(child).inserted)
        #expect(alive.count <= 4)
      case .event(.exit(wholeProcess: true), let owner):
        #expect(alive.remove(try #require(owner.addressSpace)) != nil)
      case .event: break
      }
    }
    #expect(written.count == 13)
    #expect(written.allSatisfy { $0.key == 1 ? $0.value.count == 50 : $0.value.count == 20 })
  }

  @Test func settingsOutOfBoundsAreRefused() throws {
    func expectRefusal(
      _ workload: SyntheticWorkload, _ setting: String, _ change: (inout SyntheticSettings) -> Void
    ) {
      var settings = SyntheticSettings(workload)
      change(&settings)
      let error = #expect(throws: SyntheticError.self) { _ = try SyntheticTrace(workload, settings) }
      #expect(error?.setting == setting)
    }
    for footprint in [0, 5000, 1 << 41] as [UInt64] {
      expectRefusal(.uniform, "footprint") { $0.footprint = footprint }
    }
    expectRefusal(.gups, "instructions") { $0.instructions = 1025 }
    for stride in [0, 64 << 20] as [UInt64] { expectRefusal(.strided, "stride") { $0.stride = stride } }
    for exponent in [-1, 17, .nan, .infinity] { expectRefusal(.zipf, "exponent") { $0.exponent = exponent } }
    for range in [0, 100, 128 << 20] as [UInt64] { expectRefusal(.tableChurn, "range") { $0.range = range } }
    for count in [0, 1025] as [UInt64] { expectRefusal(.forkStorm, "processes") { $0.processes = count } }
    for count in [0, 257] as [UInt64] { expectRefusal(.forkStorm, "writes") { $0.writes = count } }
  }
}
