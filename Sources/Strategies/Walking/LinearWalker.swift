import Addressing
import PageTables
import TranslationCaches

/// The hardware that walks one radix table from its root, helped by page-walk caches: the walk of `native`, and of
/// `shadow` over its shadow tables.
struct LinearWalker: Sendable {
  /// Where a walk ended.
  struct Result: Equatable {
    var end: TableWalk
    var permissions: PathPermissions

    /// Whether it reached a page whose path allows the access.
    func allows(_ request: TranslationRequest) -> Bool { end.isMapped && permissions.allows(request) }
  }

  /// What is walked.
  struct AddressSpace {
    var root: Int32
    var context: UInt16
    var kind = Kind.guest

    /// Whose the table is; its entries are counted as such.
    enum Kind {
      case guest, shadow
    }
  }

  private var cache: PageWalkCache

  init(_ cache: PageWalkCache) { self.cache = cache }

  /// Reads entries from the deepest cached table on, down to a leaf or to an entry that is not present.
  mutating func walk(
    _ table: inout some WalkableTable, _ space: AddressSpace, _ address: VirtualAddress,
    _ references: inout WalkReferences
  ) -> Result {
    let hit = cache.lookup(context: space.context, address.rawValue)
    return walk(from: hit, &table, space, address, &references) { _, _ in false }
  }

  /// Makes another's walk; false where it comes to another end.
  mutating func follow(
    _ walk: PutOffWalk, _ table: inout some WalkableTable, _ space: AddressSpace,
    _ references: inout WalkReferences
  ) -> Bool {
    let hit = cache.lookup(context: space.context, walk.address.rawValue)
    if let hit, hit.node == walk.end.node {
      // The table of the last entry is cached: that entry alone is read.
      references.guestCacheHits &+= 1
      references.count(space.kind)
      return true
    }
    return self.walk(from: hit, &table, space, walk.address, &references, stops: walk.end.isAt).walkEnd
      == walk.end
  }

  /// - Parameter stops: Whether the walk ends at an entry, though it may lead on.
  @inline(__always)
  private mutating func walk(
    from hit: PageWalkCache.Hit?, _ table: inout some WalkableTable, _ space: AddressSpace,
    _ address: VirtualAddress, _ references: inout WalkReferences,
    stops: (_ node: Int32, _ index: Int) -> Bool
  ) -> Result {
    var node = space.root
    var level = table.levels
    var permissions = PathPermissions.all
    if let hit {
      node = hit.node
      level = hit.level
      permissions = PathPermissions(hit)
      references.guestCacheHits &+= 1
    }
    while true {
      let index = table.index(address, level: level)
      let entry = table.entry(node, index)
      let child = table.child(node, index)
      references.count(space.kind)
      permissions.narrow(by: entry)
      if !entry.isPresent || entry.isLeaf(atLevel: level) || child < 0 || stops(node, index) {
        return Result(
          end: TableWalk(node: node, index: index, level: level, entry: entry), permissions: permissions)
      }
      node = child
      level &-= 1
      cache.fill(context: space.context, address.rawValue, permissions.cached(node: node, level: level))
    }
  }

  /// Drops what the caches hold of a context.
  mutating func invalidate(context: UInt16) { cache.invalidate(context: context) }

  /// Drops all that the caches hold.
  mutating func invalidateAll() { cache.invalidateAll() }
}

extension LinearWalker.Result {
  /// Where it ended.
  var walkEnd: WalkEnd { WalkEnd(node: end.node, index: Int32(truncatingIfNeeded: end.index)) }
}
