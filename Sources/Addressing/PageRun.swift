/// Accesses of one stream to one 4 KiB page, replayed as one lookup (semantics rules 3 and 24).
///
/// A run ends at a change of page, or of page within its class (``RunStreams/split(sets:)``), at the first write after
/// reads, at every event and at every boundary at which something is counted or switched.
@frozen public struct PageRun: Hashable, Sendable {
  /// The 4 KiB virtual page number: bits 12 to 63 of the address.
  public var page: UInt64
  /// The position in its block of the run's first record.
  public var ordinal: UInt32
  /// ``isFetch`` in bit 0, ``isWrite`` in bit 1.
  public var flags: UInt32

  @inlinable @inline(__always) public init(page: UInt64, ordinal: UInt32, flags: UInt32) {
    self.page = page
    self.ordinal = ordinal
    self.flags = flags
  }

  @inlinable public init(page: UInt64, ordinal: UInt32, isFetch: Bool, isWrite: Bool) {
    self.init(page: page, ordinal: ordinal, flags: (isFetch ? 1 : 0) | (isWrite ? 2 : 0))
  }

  /// Whether the run belongs to the instruction stream, else to the data stream.
  @inlinable @inline(__always) public var isFetch: Bool { flags & 1 != 0 }
  /// Whether its first access needs write permission; reads that follow a write stay in its run.
  @inlinable @inline(__always) public var isWrite: Bool { flags & 2 != 0 }
}

/// What stands before one position of a block: counts that do not depend on any machine.
@frozen public struct RunCut: Hashable, Sendable {
  /// The number of records before the cut.
  public var position: UInt32
  /// The number of page runs before the cut.
  public var runs: Int
  /// Instructions: fetch records before the cut.
  public var fetches: UInt32
  /// Fetch records before the cut that touch two pages.
  public var fetchCrossings: UInt32
  /// Data records before the cut that touch two pages.
  public var dataCrossings: UInt32

  @inlinable public init(
    position: UInt32, runs: Int, fetches: UInt32, fetchCrossings: UInt32, dataCrossings: UInt32
  ) {
    self.position = position
    self.runs = runs
    self.fetches = fetches
    self.fetchCrossings = fetchCrossings
    self.dataCrossings = dataCrossings
  }
}

/// Which accesses share a run.
@frozen public enum RunStreams: Sendable, Hashable {
  /// Instructions and data apart: exact where the first level is split, and an access drops no page from it in the midst
  /// of another's run.
  ///
  /// Pages whose numbers are equal modulo `sets`, a power of two up to ``mostSets``, make a class. A run goes on until
  /// its stream accesses another page of its class; with 1, any other page ends it. What more leave out are lookups of the
  /// page used last in its set: exact where, besides, a first level holds pages of 4 KiB alone, in sets that `sets` divides
  /// and that a page's lowest bits select, by a policy to which using that page again is nothing new (semantics rule 24).
  case split(sets: Int)
  /// One stream in program order, in which no other access comes between those of a run: exact everywhere.
  case unified

  /// The most classes of pages, more than a first level usually has sets.
  public static let mostSets = 64
}
