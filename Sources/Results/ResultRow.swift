/// The counts of one replay: one trace, one machine, one strategy, one interval. Cycles are not part of it; a
/// ``CostTable`` makes them.
public struct ResultRow: Hashable, Sendable {
  public var identity: ResultIdentity
  /// The machine's settings in order.
  public var configuration: [ConfigurationAxis]
  /// Fetch records; 0 in a trace that has none.
  public var instructions: UInt64
  /// Records counted.
  public var accesses: UInt64
  /// Records replayed before counting began.
  public var warmupAccesses: UInt64
  /// Places where the trace lost records among those counted; nil where the row does not tell.
  public var gaps: UInt64?
  /// Records lost there, as far as the trace knows: at least so many.
  public var lostRecords: UInt64?
  public var tally: Tally
  public var gauges: Gauges
  /// Counters that mean nothing for the strategy; they print empty.
  public var notApplicable: CounterSet

  public init(
    identity: ResultIdentity, configuration: [ConfigurationAxis] = [], instructions: UInt64, accesses: UInt64,
    warmupAccesses: UInt64 = 0, gaps: UInt64? = nil, lostRecords: UInt64? = nil, tally: Tally,
    gauges: Gauges = Gauges(), notApplicable: CounterSet = []
  ) {
    self.identity = identity
    self.configuration = configuration
    self.instructions = instructions
    self.accesses = accesses
    self.warmupAccesses = warmupAccesses
    self.gaps = gaps
    self.lostRecords = lostRecords.map { min($0, ResultColumn.largestCount) }
    self.tally = tally
    self.gauges = gauges
    self.notApplicable = notApplicable
  }

  /// `count` for every thousand instructions; nil without instructions.
  public func perThousandInstructions(_ count: UInt64) -> Double? {
    instructions == 0 ? nil : 1000 * Double(count) / Double(instructions)
  }

  /// Misses for every lookup, 0 to 1; nil where the structure does not apply or was not looked up.
  public func missRate(
    _ misses: KeyPath<Counters, UInt64>, of lookups: KeyPath<Counters, UInt64>
  ) -> Double? {
    guard !notApplicable.contains(misses), !notApplicable.contains(lookups) else { return nil }
    return Self.ratio(tally.total(misses), tally.total(lookups))
  }

  /// Table entries read by a completing walk, on average; nil without walks.
  public var walkReferencesPerWalk: Double? {
    Self.ratio(tally.total(\.walkReferences), tally.total(\.walks))
  }

  /// Whether first touches made more than half of the walks, so that the trace says little of the steady
  /// state (semantics rule 18).
  public var isMostlyFirstTouch: Bool { tally.firstTouch.walks > tally.steady.walks }

  /// Whether pages were first touched more than twice each: unmapped, and mapped again, as a program may do for ever, so
  /// that its steady counts lack the most of it (semantics rule 18).
  public var touchesAgain: Bool {
    gauges.footprintBytes.map { tally.firstTouch.faultsNotPresent > 2 * ($0 / 4096) } ?? false
  }

  /// Whether host pages were backed that are larger than the one of which backing is priced.
  public var backsLargePages: Bool {
    identity.hostPage.map { $0 != "4K" } ?? false && tally.total(\.pagesBacked) > 0
  }

  /// Whether true faults are frequent enough for the kernel's unseen work to matter: one in ten thousand
  /// accesses. [E]: faults of 1100 cycles then cost a tenth of a cycle for every access.
  public var isFaultHeavy: Bool { tally.total(\.trueFaults) > accesses / 10_000 }

  private static func ratio(_ part: UInt64, _ whole: UInt64) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
