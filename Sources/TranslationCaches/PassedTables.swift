/// A walk whose way is known.
public protocol KnownWalk: Sendable {
  /// The address that it is for.
  var address: UInt64 { get }
  /// The level of the last entry that it reads.
  var endLevel: Int { get }
}

/// Which tables the LRU page-walk caches of one dimension hold, without what they say of them: enough for walks whose way
/// is known, as those are that follow another's (``PageWalkCache`` is for walks that find theirs).
///
/// Many walks are made at a time, level by level, since the caches of one level know nothing of those of another: so
/// what is the same for a level is looked at once.
public struct PassedTables: Sendable {
  /// The caches of the entries that lead to nodes of each level, the lowest first; nil is none.
  @usableFromInline var levels: [LRURows?]

  /// - Parameter geometries: By the level of the cached entries, from 2 on, four at most; nil is no cache.
  /// - Returns: Nil where a set has more than ``LRURows/maximumWays``.
  public init?(_ geometries: [Geometry?]) {
    precondition(geometries.count <= 4, "tables have five levels at most")
    guard geometries.allSatisfy({ ($0?.ways ?? 0) <= LRURows.maximumWays }) else { return nil }
    levels = geometries.map { $0.map(LRURows.init) }
  }

  /// Makes walks, each from the lowest cached table on its way, or from the root; all tables passed are held then. What the
  /// caches hold is as if they were made in their order.
  ///
  /// - Parameters:
  ///   - root: The level of the root.
  ///   - left: Room for those that have found no table yet.
  ///   - ended: Takes each walk, in any order, the level of the first entry that it read, and whether that table was
  ///     cached.
  @inlinable @inline(__always)
  public mutating func make<Walk: KnownWalk>(
    _ walks: [Walk], context: UInt16, from root: Int, _ left: inout [Walk],
    _ ended: (Walk, _ level: Int, _ isCached: Bool) -> Void
  ) {
    left.removeAll(keepingCapacity: true)
    left.append(contentsOf: walks)
    for level in 1..<root {
      let count = levels[level &- 1]?.use(&left) { walk in
        guard walk.endLevel <= level else { return nil }
        let prefix = PageWalkCache.prefix(walk.address, level: level)
        return (PageWalkCache.tag(context, prefix), prefix)
      } found: {
        ended($0, level, true)
      }
      if let count { left.removeLast(left.count &- count) }
    }
    for walk in left { ended(walk, root, false) }
  }

  /// Drops everything.
  public mutating func removeAll() {
    for index in levels.indices { levels[index]?.removeAll() }
  }
}
