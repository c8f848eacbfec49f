import Reporting
import Results

/// Made-up results that use everything a report can show: all strategies, two host pages, counters that do
/// not apply, first touches, an interval, names that need quoting.
enum Sample {
  static let strategies = ["native", "shadow", "nested", "real-map"]

  static var document: ReportDocument {
    ReportDocument(provenance: provenance, rows: rows, costs: CostTable(), strategies: strategies)
  }

  static var provenance: Provenance {
    Provenance(
      toolVersion: "0.1.0", commandLines: ["pagewalk replay 'join, \"large\".pwt' --csv out.csv"],
      traces: [Provenance.TraceSource(name: "join, \"large\"", digest: "5e1f")],
      machines: [
        Provenance.EffectiveMachine(
          name: "skylake-lru", digest: "77aa",
          settings: ["l1d:", "  4K: 64x4  # entries x ways, 16 sets", "l2: 1536x12"])
      ])
  }

  static var rows: [ResultRow] {
    let whole = [
      native, shadow, nested("4K", references: 1_123_456), nested("2M", references: 700_000), realMap,
    ]
    var interval = native
    interval.identity.interval = 0
    interval.identity.lastAccess = 999
    (interval.gaps, interval.lostRecords) = (2, 1_234)
    return whole + [interval]
  }

  private static func row(_ strategy: String, hostPage: String?) -> ResultRow {
    var row = ResultRow(
      identity: ResultIdentity(
        trace: "join, \"large\"", traceDigest: "5e1f", traceScope: .user, machine: "skylake-lru",
        machineDigest: "77aa", modelVersion: "1", seed: 42, strategy: strategy, firstAccess: 1_000_000,
        lastAccess: 13_345_677, guestPage: "4K", hostPage: hostPage, pagePolicy: "demand sequential",
        backing: "on-demand"),
      configuration: [
        ConfigurationAxis(key: "l1d.4K", value: "64x4"), ConfigurationAxis(key: "l2.policy", value: "lru"),
        ConfigurationAxis(key: "guest.page", value: "4K"),
      ],
      instructions: 8_000_000, accesses: 12_345_678, warmupAccesses: 1_000_000, gaps: 0,
      lostRecords: 0, tally: Tally(),
      gauges: Gauges(footprintBytes: 25_690_112, guestTableBytes: 65_536, guest2MCoverage: 0.125))
    row.tally.steady = steady
    row.tally.firstTouch.l1dLookups = 900
    row.tally.firstTouch.l1dMisses = 900
    row.tally.firstTouch.l2Lookups = 900
    row.tally.firstTouch.l2Misses = 900
    row.tally.firstTouch.walks = 900
    row.tally.firstTouch.faultsNotPresent = 900
    return row
  }

  private static var steady: Counters {
    var steady = Counters()
    steady.l1dLookups = 4_345_000
    steady.l1dMisses = 210_000
    steady.l1iLookups = 8_000_100
    steady.l1iMisses = 1_234
    steady.l2Lookups = 211_234
    steady.l2Misses = 100_000
    steady.walks = 100_000
    steady.tableStores = 64
    return steady
  }

  private static let exits = Counters.columns.filter { $0.name.hasPrefix("exits_") }.map(\.field)

  private static var native: ResultRow {
    var row = row("native", hostPage: nil)
    row.tally.firstTouch.walkReferencesGuest = 1_800
    row.tally.steady.walkReferencesGuest = 180_000
    row.tally.steady.guestWalkCacheHits = 95_000
    row.notApplicable = CounterSet(exits).union([
      \.walkReferencesHost, \.walkReferencesShadow, \.hostWalkCacheHits, \.nestedTLBHits, \.nestedTLBMisses,
      \.faultsHidden, \.faultsSecondStage, \.shadowEntriesComposed, \.shadowEntriesZapped,
      \.realMapEntriesEstablished, \.pagesBacked,
    ])
    return row
  }

  private static var shadow: ResultRow {
    var row = row("shadow", hostPage: "4K")
    row.tally.firstTouch.walkReferencesShadow = 1_800
    row.tally.firstTouch.exitsHiddenFault = 900
    row.tally.firstTouch.faultsHidden = 900
    row.tally.firstTouch.exitsTrueFault = 900
    row.tally.firstTouch.shadowEntriesComposed = 903
    row.tally.firstTouch.pagesBacked = 900
    row.tally.steady.walkReferencesShadow = 180_000
    row.tally.steady.exitsTableStoreLeaf = 3_000
    row.tally.steady.exitsTableStoreNonleaf = 7
    row.tally.steady.exitsInvalidatePage = 64
    row.tally.steady.exitsAddressSpaceSwitch = 7
    row.tally.steady.exitsDirtyFault = 1
    row.notApplicable = [\.walkReferencesGuest, \.walkReferencesHost]
    row.gauges.shadowTableBytes = 69_632
    row.gauges.realMapTableBytes = 0
    return row
  }

  private static func nested(_ hostPage: String, references: UInt64) -> ResultRow {
    var row = row("nested", hostPage: hostPage)
    row.tally.firstTouch.walkReferencesGuest = 1_800
    row.tally.firstTouch.exitsSecondStageFault = 900
    row.tally.firstTouch.faultsSecondStage = 900
    row.tally.steady.walkReferencesGuest = 180_000
    row.tally.steady.walkReferencesHost = references
    row.tally.steady.nestedTLBHits = 40_000
    row.notApplicable = [\.walkReferencesShadow, \.shadowEntriesComposed, \.shadowEntriesZapped]
    row.gauges.realMapTableBytes = 57_344
    return row
  }

  private static var realMap: ResultRow {
    var row = row("real-map", hostPage: "4K")
    row.identity.strategyParameters = "rmt=flat"
    row.tally.steady.l2Misses = 100_500
    row.tally.steady.walks = 100_500
    row.tally.steady.walkReferencesGuest = 181_000
    row.tally.steady.walkReferencesHost = 250_000
    row.tally.steady.exitsTableStoreLeaf = 2_000
    row.notApplicable = [\.walkReferencesShadow]
    row.gauges.realMapTableBytes = 33_554_432
    return row
  }
}
