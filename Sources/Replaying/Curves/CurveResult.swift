/// Miss curves and what they were counted on.
public struct CurveResult: Hashable, Sendable {
  /// Fully associative curves by stream and page size as asked for, then those of each set count in the same order.
  public var curves: [MissCurve]
  /// What was counted, warm-up excluded.
  public var counts: TraceCounts
  /// Accesses of warm-up.
  public var warmupAccesses: UInt64
  /// Events in what was read: none of them has a say.
  public var ignoredEvents: UInt64
}
