import Addressing
import Machines
import PageTables
import Replaying
import Results
import Strategies

extension ResultRow {
  /// The row of what one lane counted on one trace.
  init(
    _ result: ReplayResult, of specification: LaneSpecification, _ trace: TraceIdentity,
    _ options: ReplayOptions
  ) {
    let machine = specification.machine
    let written = machine.written
    let isRecorded = trace.scope != .user
    let isNative = specification.strategy.name == ResultIdentity.nativeStrategy
    let identity = ResultIdentity(
      trace: trace.name, traceDigest: trace.digest, traceScope: trace.scope, machine: machine.name,
      machineDigest: written.digest, modelVersion: ModelVersion.current, seed: machine.seed,
      strategy: specification.strategy.name, strategyParameters: specification.changedParameters,
      interval: result.interval.map(UInt64.init), firstAccess: result.firstAccess,
      lastAccess: result.endAccess - 1, guestPage: isRecorded ? "" : machine.guest.page.rawValue,
      hostPage: isNative ? nil : machine.host.page.name,
      pagePolicy: isRecorded ? "recorded" : Self.pagePolicy(machine),
      backing: machine.host.backing.rawValue)
    let configuration = isRecorded ? written.configurationOfRecordedGuest : written.configuration
    self.init(
      identity: identity, configuration: configuration + [.ignoringEvents(options.ignoresEvents)],
      instructions: result.counts.instructions, accesses: result.counts.accesses,
      warmupAccesses: result.warmupAccesses, gaps: result.counts.gaps,
      lostRecords: result.counts.lostRecords, tally: result.tally, gauges: result.gauges,
      notApplicable: Self.notApplicable(specification))
  }

  /// Counters that mean nothing for the lane: the strategy's, and those of structures that the machine lacks.
  private static func notApplicable(_ specification: LaneSpecification) -> CounterSet {
    let machine = specification.machine
    var counters = specification.strategy.notApplicable
    if machine.firstLevelSharing == .unified {
      counters = counters.union([\.l1iLookups, \.l1iMisses])
    }
    if machine.l2.page4K2M == nil, machine.l2.page1G == nil {
      counters = counters.union([\.l2Lookups, \.l2Misses])
    }
    if machine.guestWalkCaches.isOff(levels: machine.guest.levels) {
      counters.insert(\.guestWalkCacheHits)
    }
    if machine.hostWalkCaches.isOff(levels: machine.host.levels) { counters.insert(\.hostWalkCacheHits) }
    if machine.nestedTLB == nil { counters = counters.union([\.nestedTLBHits, \.nestedTLBMisses]) }
    return counters
  }

  /// How the guest chooses pages and frames.
  private static func pagePolicy(_ machine: Machine) -> String {
    "demand \(machine.guest.allocator.rawValue)"
  }
}

extension Machine.WalkCaches {
  /// Whether none of them spares a walk of tables of so many levels anything.
  fileprivate func isOff(levels: Int) -> Bool { (2...levels).allSatisfy { self[$0] == nil } }
}
