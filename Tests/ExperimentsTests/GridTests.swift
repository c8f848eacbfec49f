import Experiments
import Machines
import Replaying
import Strategies
import Testing

/// From plans to points.
@Suite struct GridTests {
  @Test func crossedAxesMeetInEveryCombinationTheLastFastest() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t}
      cross:
        strategy: [nested, shadow]
        l2: [1024x8, 1536x12]
      """)
    #expect(
      grid.points.map(\.label) == [
        "strategy=nested, l2=1024x8", "strategy=nested, l2=1536x12", "strategy=shadow, l2=1024x8",
        "strategy=shadow, l2=1536x12",
      ])
  }

  @Test func anyNumberOfWorkersMakesTheSamePoints() throws {
    // More combinations than are made at a time, of which most native ones are the same.
    let plan = """
      set: {trace: t}
      cross:
        host.page: [4K, 2M, 1G]
        l2.entries: 64..4096*2
        l2.ways: [1, 2, 4, 8]
        nested-tlb: [off, 8fa, 16fa, 32fa, 64fa, 128fa, 32x4, 64x4]
      """
    let grid = try PlanFixtures.grid(plan)
    #expect(grid.admitted == 3 * 7 * 4 * 8 * 4 && grid.points.count == 3 * 7 * 4 * 8 * 3 + 7 * 4)
    for workers in [2, 5] {
      let other = try PlanFixtures.grid(plan, workers: workers)
      #expect(other.points.map(\.key) == grid.points.map(\.key))
      #expect(other.points.map(\.label) == grid.points.map(\.label))
    }
  }

  @Test func numbersOfAccessesAreWrittenAsOptionsOfReplayAre() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t, strategy: native, skip: 1.5k, warmup: 0.25M, interval: 10k}
      cross:
        limit: [0.5M, 600000]
      """)
    #expect(grid.points.map(\.options.limit) == [500_000, 600_000])
    #expect(grid.points[0].options.skip == 1500 && grid.points[0].options.warmup == .accesses(250_000))
    #expect(grid.points[0].options.interval == 10_000)
  }

  @Test func rangesOfAccessesAreInPowersOfTen() throws {
    let grid = try PlanFixtures.grid(
      "{set: {trace: t, strategy: native}, cross: {limit: 250k..1M*2, skip: 0..2K+1k}}")
    #expect(Set(grid.points.map(\.options.limit)) == [250_000, 500_000, 1_000_000])
    #expect(Set(grid.points.map(\.options.skip)) == [0, 1000, 2000])
  }

  /// 1M of memory is 1,048,576 bytes, and 1M of accesses a million.
  @Test(
    arguments: [
      ("limit <= 0.5M", [500_000]), ("500k >= limit", [500_000]), ("limit = 2 * 250k", [500_000]),
      ("limit % 0.512M != 0", [500_000]), ("limit >= 512k", [512_000]),
      ("limit < 0.5M or vm.memory = 16G", [500_000, 512_000]),
    ])
  func constraintsCountAccessesAsReplaysDo(constraint: String, limits: [UInt64]) throws {
    let grid = try PlanFixtures.grid(
      "{set: {trace: t, strategy: native}, cross: {limit: [0.5M, 512K]}, where: [\"\(constraint)\"]}")
    #expect(grid.points.map(\.options.limit) == limits)
  }

  @Test func zippedAxesAdvanceTogether() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t, strategy: nested}
      zip:
        - l1d.4K: [16x4, 32x4, 64x4]
          l1i.4K: [32x4, 64x4, 128x8]
      """)
    #expect(grid.points.compactMap { $0.setting("l1d.4K") } == ["16x4", "32x4", "64x4"])
    #expect(grid.points.compactMap { $0.setting("l1i.4K") } == ["32x4", "64x4", "128x8"])
  }

  @Test(
    arguments: [
      ("64..512*2", ["64", "128", "256", "512"]),
      ("64..500*2", ["64", "128", "256"]),
      ("3..5", ["3", "4", "5"]),
      ("8..32+8", ["8", "16", "24", "32"]),
      ("[4, 8..32*2]", ["4", "8", "16", "32"]),
    ])
  func rangesStandForTheirValues(range: String, entries: [String]) throws {
    let grid = try PlanFixtures.grid(
      "{set: {trace: t, strategy: nested, l2.ways: fa}, cross: {nested-tlb.entries: \(range)}}"
        .replacing("l2.ways: fa", with: "nested-tlb: 32fa"))
    #expect(grid.points.compactMap { $0.setting("nested-tlb") } == entries.map { "\($0)fa" })
  }

  @Test func rangesKnowBytesAndShares() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t, strategy: nested, host.allocator: buddy}
      cross: {vm.memory: 8G..32G*2, host.fragmentation: 0..0.5+0.25}
      """)
    #expect(grid.points.count == 9)
    #expect(Set(grid.points.compactMap { $0.setting("vm.memory") }) == ["8G", "16G", "32G"])
    #expect(Set(grid.points.compactMap { $0.setting("host.fragmentation") }) == ["0", "0.25", "0.5"])
  }

  @Test func everySettingOfMachineAndReplayIsAnAxis() throws {
    let special = [
      ("skip", "[0, 5]"), ("limit", "[10, 20]"), ("warmup", "[10%, 1000]"), ("interval", "[off, 100]"),
      ("ignore-events", "[off, on]"), ("machine", "[textbook, toy]"), ("strategy", "[native, nested]"),
      ("trace", "[t, u]"),
    ]
    let axes =
      special + [
        ("l2.entries", "[768, 1536]"), ("l1d.4K.ways", "[4, 8]"), ("l2.policy", "[lru, fifo]"),
        ("guest.levels", "[4, 5]"), ("pwc.guest.pde", "[off, 32x4]"), ("nested-tlb", "[off, 16fa]"),
        ("guest.page", "[4K, thp]"), ("host.page", "[4K, 2M]"), ("real-map.rmt", "[radix, flat]"),
        ("seed", "[1, 2]"), ("host.backing", "[on-demand, prepopulated]"),
      ]
    for (key, values) in axes {
      var constants = ["trace": "t", "strategy": "real-map"]
      constants[key] = nil
      let set = constants.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      let grid = try PlanFixtures.grid("{set: {\(set)}, cross: {\(key): \(values)}}")
      #expect(grid.points.count == 2, "\(key)")
      #expect(Set(grid.points.map(\.key)).count == 2, "\(key)")
    }
  }

  @Test func entriesAloneKeepTheBasesWays() throws {
    let grid = try PlanFixtures.grid(
      "{set: {trace: t, strategy: nested}, cross: {l2.entries: [768, 1536], l2.ways: [6, 12]}}")
    #expect(grid.points.compactMap { $0.setting("l2") } == ["768x6", "768x12", "1536x6", "1536x12"])
  }

  @Test func constraintsKeepWhatMeetsThem() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t}
      cross:
        strategy: [nested, shadow]
        l2.entries: [96, 100, 1536]
        host.page: [4K, 2M]
      where:
        - l2.entries % l2.ways = 0
        - l2.entries >= 2 * l1d.4K.entries or host.page > 4K
        - not (strategy = shadow and host.page = 2M)
      """)
    #expect(grid.combinations == 12)
    #expect(
      grid.points.map(\.label) == [
        "strategy=nested, l2.entries=96, host.page=2M", "strategy=nested, l2.entries=1536, host.page=4K",
        "strategy=nested, l2.entries=1536, host.page=2M", "strategy=shadow, l2.entries=1536, host.page=4K",
      ])
  }

  @Test func pointsThatCannotDifferAreOne() throws {
    let grid = try PlanFixtures.grid(
      """
      set: {trace: t}
      cross:
        strategy: [native, nested]
        host.page: [4K, 2M, 1G]
        pwc.host.pde: [off, 32x4]
        cost: [cheap, dear]
      """)
    #expect(grid.admitted == 24)
    #expect(grid.points.count == 7)
    #expect(
      grid.points.filter { $0.specification.strategy.name == "native" }.map(\.label) == [
        "strategy=native, host.page=4K, pwc.host.pde=off, cost=cheap"
      ])
  }

  @Test func settingsThatMeanNothingOnAMachineMakeNoPoints() throws {
    let grid = try PlanFixtures.grid(
      "{base: toy, set: {trace: t, strategy: nested}, cross: {l1i.policy: [lru, fifo], guest.levels: [2, 3]}}"
    )
    #expect(grid.points.count == 2)
  }

  @Test func withoutAStrategyAllAreReplayed() throws {
    #expect(try PlanFixtures.grid("set: {trace: t}").points.count == 4)
  }
}
