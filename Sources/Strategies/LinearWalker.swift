import Addressing
import PageTables
import TranslationCaches

/// The hardware that walks one radix table from its root, helped by page-walk caches: the walk of `native`, and of
/// `shadow` over its shadow tables.
struct LinearWalker: Sendable {
  /// Where a walk ended.
  struct Result {
    var end: TableWalk
    /// Entries read.
    var references: UInt64
    /// Whether page-walk caches shortened it.
    var usedCache: Bool
    var permissions: PathPermissions

    /// Whether it reached a page whose path allows the access.
    func allows(_ request: TranslationRequest) -> Bool { end.isMapped && permissions.allows(request) }
  }

  private var cache: PageWalkCache

  init(_ cache: PageWalkCache) { self.cache = cache }

  /// Reads entries from the deepest cached table on, down to a leaf or to an entry that is not present.
  mutating func walk(
    _ table: inout some WalkableTable, root: Int32, context: UInt16, _ address: VirtualAddress
  ) -> Result {
    var node = root
    var level = table.levels
    var permissions = PathPermissions.all
    let hit = cache.lookup(context: context, address.rawValue)
    if let hit {
      node = hit.node
      level = hit.level
      permissions = PathPermissions(hit)
    }
    var references: UInt64 = 0
    while true {
      let index = table.index(address, level: level)
      let entry = table.entry(node, index)
      let child = table.child(node, index)
      references &+= 1
      permissions.narrow(by: entry)
      if !entry.isPresent || entry.isLeaf(atLevel: level) || child < 0 {
        return Result(
          end: TableWalk(node: node, index: index, level: level, entry: entry), references: references,
          usedCache: hit != nil, permissions: permissions)
      }
      node = child
      level &-= 1
      cache.fill(context: context, address.rawValue, permissions.cached(node: node, level: level))
    }
  }

  /// Drops what the caches hold of a context.
  mutating func invalidate(context: UInt16) { cache.invalidate(context: context) }

  /// Drops all that the caches hold.
  mutating func invalidateAll() { cache.invalidateAll() }
}
