/// Which tags an LRU structure holds, without what comes with them.
///
/// Each set is a row of tags in the order of their use, so that finding one, using it and putting a new one in the place
/// of the last is one pass over the row; for structures of few ways.
public struct LRURows: Sendable {
  /// The most ways of a set for which a pass takes no longer than a search.
  public static let maximumWays = 32

  @usableFromInline var tags: [UInt64]
  @usableFromInline let ways: Int
  @usableFromInline let sets: UInt64

  /// An empty structure.
  public init(_ geometry: Geometry) {
    tags = Array(repeating: .max, count: geometry.entries)
    ways = geometry.ways
    sets = UInt64(geometry.sets)
  }

  /// Drops everything.
  public mutating func removeAll() { tags = Array(repeating: .max, count: tags.count) }

  /// Uses the tags of items, in their order: those that were not there are there then.
  ///
  /// - Parameters:
  ///   - items: Those whose tag was not there, or that have none, go to the front, in their order.
  ///   - key: The tag of an item, and the index that selects its set; nil where it has none.
  ///   - found: Takes the others.
  /// - Returns: How many went to the front.
  @inlinable @inline(__always)
  public mutating func use<Item>(
    _ items: inout [Item], key: (Item) -> (tag: UInt64, index: UInt64)?, found: (Item) -> Void
  ) -> Int {
    // The usual widths are constants to the compiler.
    if ways == 4 && sets.nonzeroBitCount == 1 {
      use(&items, ways: 4, mask: sets &- 1, key, found)
    } else {
      use(&items, ways: ways, mask: sets.nonzeroBitCount == 1 ? sets &- 1 : .max, key, found)
    }
  }

  /// - Parameter mask: Of the number of a set; all ones where there is none.
  @inlinable @inline(__always)
  mutating func use<Item>(
    _ items: inout [Item], ways: Int, mask: UInt64, _ key: (Item) -> (tag: UInt64, index: UInt64)?,
    _ found: (Item) -> Void
  ) -> Int {
    let sets = sets
    var tags = tags.mutableSpan
    var items = items.mutableSpan
    var count = 0
    for position in items.indices {
      let item = items[position]
      if let (tag, index) = key(item) {
        let set = mask != .max ? index & mask : index % sets
        if Self.use(tag, &tags, Int(truncatingIfNeeded: set) &* ways, ways: ways) {
          found(item)
          continue
        }
      }
      items[count] = item
      count &+= 1
    }
    return count
  }

  /// Brings a tag to the front of the row that begins at a place; whether it was there.
  @inlinable @inline(__always)
  static func use(_ tag: UInt64, _ tags: inout MutableSpan<UInt64>, _ first: Int, ways: Int) -> Bool {
    var moved = tags[first]
    if moved == tag { return true }
    tags[first] = tag
    var way = 1
    while way < ways {
      let held = tags[first &+ way]
      tags[first &+ way] = moved
      if held == tag { return true }
      moved = held
      way &+= 1
    }
    return false
  }
}
