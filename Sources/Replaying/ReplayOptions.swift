/// Which part of the traces is replayed and counted, and on how many cores. All counts are in accesses of each
/// trace (semantics rule 4).
public struct ReplayOptions: Hashable, Sendable {
  /// Accesses passed over at the start of each trace; the events among them are applied.
  public var skip: UInt64 = 0
  /// Accesses replayed of each trace after those skipped; nil is all.
  public var limit: UInt64?
  /// Accesses replayed before counting starts.
  public var warmup = Warmup.accesses(0)
  /// Accesses of one row of a time series; nil is one row for the whole trace.
  public var interval: UInt64?
  /// Events that programs caused are dropped: no unmapping, no protection changes, one process.
  public var ignoresEvents = false
  /// Whether strategies may share first-level TLBs that are expected not to make them differ. Faster; a trace for which
  /// they do is refused with ``TranslationError/divergedStages``.
  public var sharesAcrossStrategies = false
  /// Which lookups are made as one.
  public var merging = LookupMerging.adjacent
  /// Worker threads. Results do not depend on it.
  public var jobs = 1

  public init() {}
}

/// How much of a trace only warms the structures up.
public enum Warmup: Hashable, Sendable {
  case accesses(UInt64)
  /// A share of the accesses that are replayed, 0 to 1 (exclusive).
  case fraction(Double)

  /// The number of accesses, of the `replayed` ones of a trace.
  func accesses(of replayed: UInt64) -> UInt64 {
    switch self {
    case .accesses(let count): count
    case .fraction(let share): UInt64((Double(replayed) * share).rounded(.down))
    }
  }
}
