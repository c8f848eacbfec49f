import Experiments
import Replaying
import Testing

/// How points are put together, and divided.
@Suite struct BatchTests {
  private static let yaml = """
    cross:
      strategy: [nested, shadow]
      guest.page: [4K, 2M]
      l2.entries: 12..120+12
      trace: [a, b]
    """

  private func points() throws -> [Point] { try PlanFixtures.grid(Self.yaml).points }

  @Test func aBatchHasOneTraceAndPointsWithOneGuestStandSideBySide() throws {
    let batches = Batch.batches(of: try points(), within: .init(memory: 1 << 40, seconds: 1e9))
    #expect(batches.map(\.trace.name) == ["a", "b"])
    for batch in batches {
      let guests = batch.points.map { $0.setting("guest.page") }
      #expect(guests == Array(repeating: "4K", count: 20) + Array(repeating: "2M", count: 20))
    }
    let stages = SharedStages(batches)
    #expect(stages.decodes == 2)
    #expect(stages.guestStages == 4)
    #expect(stages.firstLevels == 8)
    #expect(stages.lanes == 8)
    #expect(stages.secondLevels == 80 && stages.secondLevelStacks == 80, "all have another number of sets")
    #expect(stages.points == 80)
  }

  @Test func secondLevelsOfOneNumberOfSetsAreOneStack() throws {
    let plan = "{set: {trace: t}, cross: {strategy: [native, nested], l2: [128x4, 256x8, 64x4, 640x20]}}"
    let points = try PlanFixtures.grid(plan).points
    let stages = SharedStages(Batch.batches(of: points, within: .init(memory: 1 << 40, seconds: 1e9)))
    #expect(stages.secondLevels == 8)
    #expect(
      stages.secondLevelStacks == 6, "of two lanes one with 4 and 8 ways, one of 16 sets, one of 20 ways")
  }

  @Test func limitsBoundBatchesAndLoseNoPoint() throws {
    let points = try points()
    for limits in [Batch.Limits(memory: 44 << 20, seconds: 1e9), .init(memory: 1 << 40, seconds: 0.03)] {
      let batches = Batch.batches(of: points, within: limits)
      #expect(batches.count >= 8)
      #expect(Set(batches.flatMap(\.points).map(\.key)) == Set(points.map(\.key)))
      for batch in batches {
        let estimate = Estimate(of: batch)
        #expect(estimate.bytes <= limits.memory && estimate.seconds <= limits.seconds)
      }
    }
    #expect(Batch.batches(of: points, within: .init(memory: 0, seconds: 0)).count == points.count)
  }

  @Test(arguments: [1, 2, 3, 7, 80, 200])
  func sharesAreEveryPointOnceAndAboutEqual(count: Int) throws {
    let points = try points()
    let shares = try (1...count).map { try #require(Shard(parsing: "\($0)/\(count)")).share(of: points) }
    #expect(shares.flatMap { $0 }.map(\.key).sorted() == points.map(\.key).sorted())
    // The first point of a strategy and of a first level of TLBs costs more than those that share it.
    #expect(shares.allSatisfy { $0.count <= points.count * 3 / 2 / count + 2 })
  }

  @Test(arguments: ["0/4", "5/4", "1/0", "1", "1/2/3", "a/b", "-1/4", ""])
  func whatIsNoShareIsRefused(text: String) { #expect(Shard(parsing: text) == nil) }

  @Test func keysFollowEverythingThatDeterminesAPoint() throws {
    let base = "set: {trace: t, strategy: nested, l2: 1024x8, warmup: 10%}"
    let key = try PlanFixtures.grid(base).points[0].key
    #expect(try PlanFixtures.grid(base).points[0].key == key)
    for (was, now) in [
      ("trace: t", "trace: u"), ("nested", "shadow"), ("1024x8", "512x8"), ("10%", "11%"),
      ("10%", "10%, skip: 1"), ("10%", "10%, limit: 9999"), ("10%", "10%, interval: 100"),
      ("10%", "10%, ignore-events: on"), ("10%", "10%, seed: 2"), ("nested", "nested, machine: textbook"),
    ] {
      #expect(try PlanFixtures.grid(base.replacing(was, with: now)).points[0].key != key, "\(now)")
    }
  }
}
