import Addressing
public import Traces

/// The part of a trace that is kept: accesses are skipped and limited, events before the first kept access all
/// stand before it, events behind the last one are dropped (semantics rule 25).
public struct RecordWindow: Sendable {
  /// Accesses still to be skipped.
  public private(set) var skip: UInt64
  /// Accesses still to be kept, or nil for all.
  public private(set) var limit: UInt64?

  public init(skip: UInt64 = 0, limit: UInt64? = nil) {
    self.skip = skip
    self.limit = limit
  }

  /// Whether nothing of what follows is kept.
  public var isComplete: Bool { limit == 0 }

  /// What is kept of the next block.
  public mutating func take(_ block: RecordBlock) -> RecordBlock {
    let count = UInt64(block.accesses.count)
    if isComplete { return RecordBlock() }
    if skip == 0, count < limit ?? .max {
      limit = limit.map { $0 - count }
      return block
    }
    if skip >= count, block.events.isEmpty {
      skip -= count
      return RecordBlock()
    }
    var kept = RecordBlock()
    block.forEach { event, owner in
      if !isComplete { kept.append(event, by: owner) }
    } access: { access, owner in
      if skip > 0 {
        skip -= 1
      } else if !isComplete {
        kept.append(access, by: owner)
        limit = limit.map { $0 - 1 }
      }
    }
    return kept
  }
}
