public import Traces

/// Writes one foreign format. To add one: a type of its own in a file of its own, and its line in ``ExportFormat``.
public protocol TraceExporter {
  init()

  /// Whether what is written first tells of what follows and the exporter has not yet seen enough of it.
  var looksAhead: Bool { get }

  /// Takes notice of a block that is yet to be appended. Blocks come in order, all before ``begin(comments:into:)``;
  /// none comes where the trace can be read only once.
  mutating func lookAhead(_ block: RecordBlock)

  /// What stands before the first record; `comments` tell where the trace comes from, a line each.
  mutating func begin(comments: [String], into output: inout [UInt8])

  /// Appends a block; blocks come in order.
  mutating func append(_ block: RecordBlock, into output: inout [UInt8])

  /// Writes what is left once the last block has been appended.
  mutating func end(into output: inout [UInt8])

  /// What of the trace the format could not say. Complete at the end.
  var remarks: [String] { get }
}

extension TraceExporter {
  public var looksAhead: Bool { false }
  public func lookAhead(_ block: RecordBlock) {}
  public func end(into output: inout [UInt8]) {}
}
