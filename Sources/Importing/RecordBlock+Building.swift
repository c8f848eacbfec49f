public import Addressing
public import Traces

/// A block is also what importers give and exporters take: a stretch of a trace of any length that stands alone.
extension RecordBlock {
  /// The number of records, or of events, at which importers call a block full: 256 KiB of records.
  static let importCapacity = 16384

  var isFull: Bool { accesses.count >= Self.importCapacity || events.count >= Self.importCapacity }

  /// The records that a block which is not full can take: one more than until it is full, for records of foreign formats
  /// make two or more.
  var room: Int { Self.importCapacity - accesses.count + 1 }

  public var isEmpty: Bool { accesses.isEmpty && events.isEmpty }

  public mutating func append(_ access: Access, by owner: Owner) {
    if spans.last?.owner != owner {
      spans.append(OwnerSpan(position: UInt32(accesses.count), owner: owner))
    }
    accesses.append(access)
  }

  /// An access of whoever made the one before, or of an unknown owner where there is none.
  @inline(__always) mutating func append(_ access: Access) {
    if accesses.isEmpty { spans.append(OwnerSpan(position: 0, owner: .unknown)) }
    accesses.append(access)
  }

  /// The same for up to `count` accesses, which `fill` puts into storage that is there already. With this, and a check of
  /// all addresses of a record at once, ChampSim's records are read in two fifths of the time.
  @inline(__always)
  mutating func append(upTo count: Int, _ fill: (inout OutputSpan<Access>) -> Void) {
    accesses.append(addingCapacity: count, initializingWith: fill)
    if spans.isEmpty, !accesses.isEmpty { spans.append(OwnerSpan(position: 0, owner: .unknown)) }
  }

  public mutating func append(_ event: Event, by owner: Owner) {
    events.append(PositionedEvent(position: UInt32(accesses.count), owner: owner, event: event))
  }
}
