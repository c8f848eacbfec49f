public import Addressing

/// One decoded block, record by record.
public struct RecordBlock: Hashable, Sendable {
  /// Every access, in the order and the form in which it was recorded.
  public var accesses: [Access] = []
  /// Who owns the records from each position on; the first span starts at 0.
  public var spans: [OwnerSpan] = []
  /// Events by position.
  public var events: [PositionedEvent] = []

  public init() {}

  /// Empties the block, keeping its storage.
  public mutating func removeAll() {
    accesses.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
  }
}
