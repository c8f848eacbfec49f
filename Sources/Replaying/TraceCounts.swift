import Addressing

/// What the replayed part of a trace holds, whatever the machine.
public struct TraceCounts: Hashable, Sendable {
  public var accesses: UInt64 = 0
  /// Fetch records.
  public var instructions: UInt64 = 0
  /// Fetch records that touch two pages.
  public var fetchCrossings: UInt64 = 0
  /// Data records that touch two pages.
  public var dataCrossings: UInt64 = 0
  /// Gaps: places where the trace lost records.
  public var gaps: UInt64 = 0
  /// Records lost there, as far as the trace knows.
  public var lostRecords: UInt64 = 0

  /// Lookups of the first level that instructions make.
  var fetchLookups: UInt64 { instructions + fetchCrossings }
  /// Lookups of the first level that data accesses make.
  var dataLookups: UInt64 { accesses - instructions + dataCrossings }

  /// Adds what stands between two cuts of a block.
  mutating func add(from start: RunCut, to end: RunCut) {
    accesses += UInt64(end.position - start.position)
    instructions += UInt64(end.fetches - start.fetches)
    fetchCrossings += UInt64(end.fetchCrossings - start.fetchCrossings)
    dataCrossings += UInt64(end.dataCrossings - start.dataCrossings)
  }

  static func - (a: Self, b: Self) -> Self {
    var difference = a
    difference.accesses -= b.accesses
    difference.instructions -= b.instructions
    difference.fetchCrossings -= b.fetchCrossings
    difference.dataCrossings -= b.dataCrossings
    difference.gaps -= b.gaps
    difference.lostRecords -= b.lostRecords
    return difference
  }
}
