import Foundation
import Results
import Store

/// A folder for stores, and rows to put there.
struct StoreFixtures: ~Copyable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "pagewalk-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  static let schema = ResultSchema(
    strategies: ["native", "nested"], configuration: [ConfigurationAxis(key: "l2", value: "")])

  func store(_ name: String = "s.sqlite") throws -> ResultStore {
    try ResultStore.openOrCreate(path(name), schema: Self.schema)
  }

  /// A plan of points `p0`, `p1`, ….
  static func plan(_ count: Int, name: String = "plan", costs: [StoredCosts] = []) -> StoredPlan {
    StoredPlan(
      name: name, text: "set: {}",
      points: (0..<count).map { PlannedPoint(key: "p\($0)", label: "l2=\($0)") }, costs: costs)
  }

  /// The point of a number: `walks` tell it from others.
  static func point(
    _ number: Int, strategy: String = "native", walks: UInt64? = nil, seed: UInt64 = 1
  ) -> FinishedPoint {
    var row = ResultRow.blank
    row.identity.trace = "t.pwt"
    row.identity.traceDigest = "sha256:0"
    row.identity.machine = "skylake-lru"
    row.identity.machineDigest = "m\(number)"
    row.identity.modelVersion = "1"
    row.identity.seed = seed
    row.identity.strategy = strategy
    row.identity.lastAccess = 999
    row.identity.guestPage = "4K"
    row.identity.hostPage = strategy == "native" ? nil : "2M"
    row.identity.pagePolicy = "demand \"first, fit\""
    row.identity.backing = "on-demand"
    row.configuration = [ConfigurationAxis(key: "l2", value: "64x4")]
    row.instructions = 700
    row.accesses = 1000
    row.tally.steady.walks = walks ?? UInt64(number) + 10
    row.tally.steady.walkReferencesGuest = 4 * (walks ?? UInt64(number) + 10)
    row.gauges.guest2MCoverage = 1.0 / 3
    row.notApplicable = [\.shadowEntriesZapped]
    return FinishedPoint(key: "p\(number)", rows: [row])
  }
}
