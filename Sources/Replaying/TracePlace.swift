/// A place in a trace, for messages.
public struct TracePlace: Hashable, Sendable, CustomStringConvertible {
  /// The name of the trace.
  public var trace: String
  /// The record at fault, or behind the event that is, counted from 0.
  public var record: UInt64

  public init(trace: String, record: UInt64) {
    self.trace = trace
    self.record = record
  }

  public var description: String { "\(trace): record \(record)" }
}
