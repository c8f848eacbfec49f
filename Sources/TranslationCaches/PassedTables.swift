/// Which tables the LRU page-walk caches of one dimension hold, without what they say of them: enough for walks whose way
/// is known, as those are that follow another's (``PageWalkCache`` is for walks that find theirs).
///
/// Each set is a row of tags in the order of their use, so that finding one, using it and putting a new one in the place
/// of the last is one pass over the row.
public struct PassedTables: Sendable {
  /// The most ways of a set.
  public static let maximumWays = 16

  @usableFromInline struct Level: Sendable {
    @usableFromInline var rows: [UInt64] = []
    @usableFromInline var ways = 0
    @usableFromInline var sets: UInt64 = 1
  }

  /// The caches of the entries that lead to nodes of each level, the lowest first; one without ways is none.
  @usableFromInline var levels: InlineArray<4, Level>

  /// - Parameter geometries: By the level of the cached entries, from 2 on, four at most; nil is no cache.
  /// - Returns: Nil where a set has more than ``maximumWays``.
  public init?(_ geometries: [Geometry?]) {
    precondition(geometries.count <= 4, "tables have five levels at most")
    levels = InlineArray(repeating: Level())
    for (index, geometry) in geometries.enumerated() {
      guard let geometry else { continue }
      guard geometry.ways <= Self.maximumWays else { return nil }
      levels[index] = Level(
        rows: Array(repeating: .max, count: geometry.entries), ways: geometry.ways,
        sets: UInt64(geometry.sets))
    }
  }

  /// Walks down to a level, from the lowest cached table on the way, or from the root; all tables passed are held then.
  ///
  /// - Parameters:
  ///   - end: The level of the last entry read.
  ///   - root: The level of the root.
  /// - Returns: The level of the first entry read, and whether its table was cached.
  @inlinable @inline(__always)
  public mutating func walk(
    context: UInt16, _ address: UInt64, downTo end: Int, from root: Int
  ) -> (level: Int, isCached: Bool) {
    for level in end..<root where use(context, address, level) { return (level, true) }
    return (root, false)
  }

  /// Uses the table on the way to an address at a level; false where it was not there, but is now.
  @inlinable @inline(__always)
  mutating func use(_ context: UInt16, _ address: UInt64, _ level: Int) -> Bool {
    let ways = levels[level &- 1].ways
    guard ways > 0 else { return false }
    let prefix = PageWalkCache.prefix(address, level: level)
    let tag = PageWalkCache.tag(context, prefix)
    let sets = levels[level &- 1].sets
    let set = sets & (sets &- 1) == 0 ? prefix & (sets &- 1) : prefix % sets
    let first = Int(truncatingIfNeeded: set) &* ways
    var rows = levels[level &- 1].rows.mutableSpan
    var moved = rows[first]
    if moved == tag { return true }
    rows[first] = tag
    for way in first &+ 1..<first &+ ways {
      let held = rows[way]
      rows[way] = moved
      if held == tag { return true }
      moved = held
    }
    return false
  }

  /// Drops everything.
  public mutating func removeAll() {
    for index in levels.indices {
      levels[index].rows = Array(repeating: .max, count: levels[index].rows.count)
    }
  }
}
