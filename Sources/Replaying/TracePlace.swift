/// A place in a trace, for messages.
public struct TracePlace: Hashable, Sendable, CustomStringConvertible {
  /// The name of the trace.
  public var trace: String
  /// The record at fault, or behind the event that is, counted from 0.
  public var record: UInt64
  /// Whether it is known only that what is at fault stands there or further on.
  public var isStart: Bool

  public init(trace: String, record: UInt64, isStart: Bool = false) {
    self.trace = trace
    self.record = record
    self.isStart = isStart
  }

  public var description: String { "\(trace): \(isStart ? "at or behind " : "")record \(record)" }
}
