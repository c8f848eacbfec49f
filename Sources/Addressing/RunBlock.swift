/// One decoded block as the replay sees it: page runs in program order, with what stands between them.
public struct RunBlock: Sendable {
  /// The number of records in the block.
  public var recordCount: UInt32 = 0
  /// Page runs by the position of their first record; a crossing access gives its lower page first.
  public var runs: [PageRun] = []
  /// One cut for each distinct position at which runs were split (breaks asked for, events, changes of owner),
  /// in order, and one at the end of the block.
  public var cuts: [RunCut] = []
  /// Events by position.
  public var events: [PositionedEvent] = []
  /// Who owns the records from each position on; the first span starts at 0.
  public var spans: [OwnerSpan] = []

  public init() {}

  /// Empties the block, keeping its storage.
  public mutating func removeAll() {
    recordCount = 0
    runs.removeAll(keepingCapacity: true)
    cuts.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
  }
}

/// A stretch of records of one owner, up to the next span.
public struct OwnerSpan: Hashable, Sendable {
  /// The position of its first record.
  public var position: UInt32
  public var owner: Owner

  public init(position: UInt32, owner: Owner) {
    self.position = position
    self.owner = owner
  }
}
