/// Which tables the LRU page-walk cache of one level holds.
///
/// Each set is a row of tags in the order of their use, so that finding one, using it and putting a new one in the place
/// of the last is one pass over the row.
@usableFromInline struct PassedTablesLevel: Sendable {
  @usableFromInline var rows: [UInt64]
  @usableFromInline let ways: Int
  @usableFromInline let sets: UInt64

  /// - Parameter geometry: Nil is no cache.
  init(_ geometry: Geometry?) {
    rows = Array(repeating: .max, count: geometry?.entries ?? 0)
    ways = geometry?.ways ?? 0
    sets = UInt64(geometry?.sets ?? 0)
  }

  mutating func removeAll() { rows = Array(repeating: .max, count: rows.count) }

  /// Uses the tables on the way of walks, in their order: those that were not there are there then.
  ///
  /// - Parameters:
  ///   - walks: Those that found no table go to the front, in their order; with those that end above, which stay alone.
  ///   - found: Takes the others.
  /// - Returns: How many found none.
  @inlinable @inline(__always)
  mutating func use<Walk: KnownWalk>(
    _ walks: inout [Walk], context: UInt16, _ level: Int, found: (Walk) -> Void
  ) -> Int {
    guard ways > 0 else { return walks.count }
    // The usual widths are constants to the compiler.
    return switch ways {
    case 4 where sets.nonzeroBitCount == 1: use(&walks, context, level, ways: 4, mask: sets &- 1, found)
    default:
      use(&walks, context, level, ways: ways, mask: sets.nonzeroBitCount == 1 ? sets &- 1 : .max, found)
    }
  }

  /// - Parameter mask: Of the number of a set; all ones where there is none.
  @inlinable @inline(__always)
  mutating func use<Walk: KnownWalk>(
    _ walks: inout [Walk], _ context: UInt16, _ level: Int, ways: Int, mask: UInt64, _ found: (Walk) -> Void
  ) -> Int {
    let sets = sets
    var rows = rows.mutableSpan
    var walks = walks.mutableSpan
    var count = 0
    for index in 0..<walks.count {
      let walk = walks[index]
      let prefix = PageWalkCache.prefix(walk.address, level: level)
      let set = mask != .max ? prefix & mask : prefix % sets
      if walk.endLevel <= level,
        Self.use(
          PageWalkCache.tag(context, prefix), &rows, Int(truncatingIfNeeded: set) &* ways, ways: ways)
      {
        found(walk)
      } else {
        walks[count] = walk
        count &+= 1
      }
    }
    return count
  }

  /// Brings a tag to the front of the row that begins at a place; whether it was there.
  @inlinable @inline(__always)
  static func use(_ tag: UInt64, _ rows: inout MutableSpan<UInt64>, _ first: Int, ways: Int) -> Bool {
    var moved = rows[first]
    if moved == tag { return true }
    rows[first] = tag
    var way = 1
    while way < ways {
      let held = rows[first &+ way]
      rows[first &+ way] = moved
      if held == tag { return true }
      moved = held
      way &+= 1
    }
    return false
  }
}
