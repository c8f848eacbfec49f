public import Traces

/// A trace to replay, from its start.
public struct TraceInput {
  /// The name for messages.
  public var name: String
  public var reader: TraceReader
  /// The accesses of all segments; nil where nothing tells before the end.
  public var recordCount: UInt64?

  public init(name: String, reader: TraceReader, recordCount: UInt64?) {
    self.name = name
    self.reader = reader
    self.recordCount = recordCount
  }
}
