public import Results

/// What one lane counted over one stretch of one trace.
public struct ReplayResult: Sendable {
  /// The index of the lane's specification.
  public var lane: Int
  /// The index of the trace.
  public var source: Int
  /// The index of the row in its time series; nil is the whole trace.
  public var interval: Int?
  /// The position in the trace of the first access counted.
  public var firstAccess: UInt64
  /// The position in the trace of the first access after those counted.
  public var endAccess: UInt64
  /// Accesses replayed before counting started.
  public var warmupAccesses: UInt64
  public var counts: TraceCounts
  public var tally: Tally
  public var gauges: Gauges
}
