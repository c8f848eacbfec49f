import Addressing
import Machines
import PageTables
import TranslationCaches

/// The guest dimension of a walk over two tables: it reads the guest's table, helped by page-walk caches of combined
/// information, so that a hit spares the translations of the tables above it too (Intel SDM volume 3, 29.4.3 `[V2]`).
struct GuestWalker: Sendable {
  typealias AddressSpaceName = TwoDimensionalWalker.AddressSpaceName

  private var cache: PageWalkCache

  init(_ machine: Machine) { cache = machine.guestWalkCache() }

  /// The lowest table on the way to an address that is cached.
  mutating func lookup(_ space: AddressSpaceName, _ address: VirtualAddress) -> PageWalkCache.Hit? {
    cache.lookup(context: space.context, address.rawValue)
  }

  /// Walks from a cached table on, or from the root.
  ///
  /// - Parameters:
  ///   - stops: Whether the walk ends at an entry, though it may be present.
  ///   - allows: Whether the guest's tables let the access pass at a leaf; else the walk ends there, and the page is not
  ///     translated: the guest's fault comes before any of the hypervisor's.
  ///   - translate: Translates a real address that the walk meets; nil where it is not mapped.
  @inline(__always)
  mutating func walk(
    from hit: PageWalkCache.Hit?, _ address: VirtualAddress, _ guest: inout GuestTables,
    _ space: AddressSpaceName, _ references: inout WalkReferences,
    stops: (_ node: Int32, _ index: Int) -> Bool = { _, _ in false },
    allows: (GuestLeaf) -> Bool = { _ in true }, translate: (RealAddress) -> HostPage?
  ) -> TwoDimensionalWalker.Outcome {
    let levels = guest.table.levels
    var node = space.root
    var level = levels
    var permissions = PathPermissions.all
    var isTranslated = false
    if let hit {
      (node, level, permissions, isTranslated) = (hit.node, hit.level, PathPermissions(hit), true)
      references.guestCacheHits &+= 1
    }
    while true {
      if !isTranslated {
        let table = guest.table.address(of: node)
        guard translate(table) != nil else { return .hostMissing(table) }
        if level < levels {
          cache.fill(context: space.context, address.rawValue, permissions.cached(node: node, level: level))
        }
      }
      isTranslated = false
      let index = guest.table.index(address, level: level)
      let entry = guest.table.entry(node, index)
      references.guest &+= 1
      permissions.narrow(by: entry)
      if stops(node, index) { return .guestStopped(node, index) }
      if let leaf = GuestLeaf(TableWalk(node: node, index: index, level: level, entry: entry), permissions) {
        guard allows(leaf) else { return .guestStopped(node, index) }
        let real = leaf.realAddress(of: address)
        guard let page = translate(real) else { return .hostMissing(real) }
        return .complete(leaf, real, page)
      }
      let child = guest.table.child(node, index)
      guard entry.isPresent, child >= 0 else { return .guestStopped(node, index) }
      node = child
      level &-= 1
    }
  }

  /// Drops what belongs to one address space.
  mutating func invalidate(context: UInt16) { cache.invalidate(context: context) }

  /// Drops everything.
  mutating func invalidateAll() { cache.invalidateAll() }
}
