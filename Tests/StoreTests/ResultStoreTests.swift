import Foundation
import Results
import Store
import Testing
import Workers

/// What is put into a store comes out of it, whoever else uses it.
@Suite struct ResultStoreTests {
  @Test func pointsComeBackInTheOrderOfThePlan() throws {
    let fixtures = try StoreFixtures()
    let store = try fixtures.store()
    try store.plan(StoreFixtures.plan(4))
    for number in [3, 0, 2] { try store.add([StoreFixtures.point(number, seed: .max)]) }
    let rows = try ResultStore.existing(fixtures.path("s.sqlite"), schema: StoreFixtures.schema).contents()
      .rows
    #expect(rows.map(\.tally.steady.walks) == [10, 12, 13])
    var expected = StoreFixtures.point(2, seed: .max).rows[0]
    expected.gauges.guest2MCoverage = 0.333333
    #expect(rows[1] == expected)
    #expect(
      try store.status() == [
        SweepStatus(plan: "plan", planned: 4, missing: [PlannedPoint(key: "p1", label: "l2=1")])
      ])
  }

  @Test func onlyPointsOfThePlanAsItIsAreReported() throws {
    let fixtures = try StoreFixtures()
    let store = try fixtures.store()
    try store.plan(StoreFixtures.plan(3))
    try store.add((0..<3).map { StoreFixtures.point($0) })
    var changed = StoreFixtures.plan(3)
    changed.points.removeFirst()
    changed.points.reverse()
    try store.plan(changed)
    #expect(try store.contents().rows.map(\.tally.steady.walks) == [12, 11])
    // What was replayed is not lost.
    #expect(try store.finished() == ["p0", "p1", "p2"])
  }

  @Test func theSamePointTwiceMustAgree() throws {
    let fixtures = try StoreFixtures()
    let store = try fixtures.store()
    try store.plan(StoreFixtures.plan(2))
    try store.add([StoreFixtures.point(0)])
    try store.add([StoreFixtures.point(0)])
    #expect(throws: StoreError.self) {
      try store.add([StoreFixtures.point(1), StoreFixtures.point(0, walks: 99)])
    }
    // All or nothing: the other point of the batch is not there either.
    #expect(try store.finished() == ["p0"])
  }

  @Test func anyNumberOfWorkersAddsTheSameRows() throws {
    let fixtures = try StoreFixtures()
    let points = (0..<1200).map { StoreFixtures.point($0, strategy: $0 % 2 == 0 ? "native" : "nested") }
    var results: [[ResultRow]] = []
    for workers in [1, 4] {
      let store = try fixtures.store("\(workers)")
      try store.plan(StoreFixtures.plan(1200))
      try store.add(points, pool: WorkerPool(workers: workers))
      results.append(try store.contents().rows)
    }
    #expect(results[0].map(\.tally.steady.walks) == (0..<1200).map { $0 + 10 })
    #expect(results[0] == results[1])
  }

  @Test func mergingInAnyOrderGivesTheSame() throws {
    let fixtures = try StoreFixtures()
    let parts = [[0, 3], [1, 3], [2]]
    for (index, part) in parts.enumerated() {
      let store = try fixtures.store("\(index)")
      try store.plan(StoreFixtures.plan(5))
      try store.add(part.map { StoreFixtures.point($0, strategy: $0 == 0 ? "native" : "nested") })
    }
    var results: [[ResultRow]] = []
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2, 1]] {
      let merged = try fixtures.store("merged\(results.count)")
      for index in order { try merged.merge(try fixtures.store("\(index)")) }
      results.append(try merged.contents().rows)
      #expect(try merged.status()[0].missing.map(\.key) == ["p4"])
    }
    #expect(results[0].count == 4)
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func storesThatDisagreeAreNotMerged() throws {
    let fixtures = try StoreFixtures()
    let (a, b) = (try fixtures.store("a"), try fixtures.store("b"))
    try a.plan(StoreFixtures.plan(2))
    try b.plan(StoreFixtures.plan(2))
    try a.add([StoreFixtures.point(0)])
    try b.add([StoreFixtures.point(0, walks: 99), StoreFixtures.point(1)])
    let error = #expect(throws: StoreError.self) { try a.merge(b) }
    #expect(error?.description.contains("steady_walks: 10 and 99") == true, "\(error?.description ?? "")")
    #expect(try a.finished() == ["p0"])
    try b.plan(StoreFixtures.plan(3))
    #expect(throws: StoreError.differentPlans(file: fixtures.path("b"), plan: "plan")) { try a.merge(b) }
  }

  @Test func writersSideBySideLoseNothing() async throws {
    let fixtures = try StoreFixtures()
    let path = fixtures.path("s.sqlite")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let store = try ResultStore.openOrCreate(path, schema: StoreFixtures.schema)
          try store.plan(StoreFixtures.plan(40))
          // Every point by two writers.
          for number in 0..<20 { try store.add([StoreFixtures.point((writer * 10 + number) % 40)]) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixtures.store().contents().rows.map(\.tally.steady.walks) == (0..<40).map { $0 + 10 })
  }

  @Test func whatIsNoStoreIsRefused() throws {
    let fixtures = try StoreFixtures()
    let path = fixtures.path("text")
    #expect(throws: StoreError.notFound(file: path)) {
      try ResultStore.existing(path, schema: StoreFixtures.schema)
    }
    try Data("no store at all, but a text that is long enough to be one\n".utf8).write(
      to: URL(filePath: path))
    #expect(throws: StoreError.notAStore(file: path)) {
      try ResultStore.existing(path, schema: StoreFixtures.schema)
    }
    #expect(throws: StoreError.notAStore(file: path)) {
      try ResultStore.openOrCreate(path, schema: StoreFixtures.schema)
    }
  }

  @Test func columnsThatCameLaterAreAdded() throws {
    let fixtures = try StoreFixtures()
    let store = try fixtures.store()
    try store.plan(StoreFixtures.plan(1))
    try store.add([StoreFixtures.point(0)])
    let wider = ResultSchema(strategies: ["native", "nested", "agile"])
    let path = fixtures.path("s.sqlite")
    #expect(throws: StoreError.otherVersion(file: path)) { try ResultStore.existing(path, schema: wider) }
    #expect(try ResultStore.openOrCreate(path, schema: wider).contents().rows.count == 1)
  }
}
