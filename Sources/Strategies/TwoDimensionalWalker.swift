import Addressing
import Machines
import PageTables
import TranslationCaches

/// The hardware that walks two tables at once: every real address that the guest walk meets, of its tables and of
/// the page itself, is translated by the real map table.
///
/// With g guest levels and h host levels and no caches a walk reads g(h+1)+h entries, 24 for 4×4 (Arm ARM D8.2.1
/// `[V:ArmARM]` states the same bound). Page-walk caches of the guest dimension hold combined information, so a hit
/// skips the host walks of the guest levels above it (Intel SDM volume 3, 29.4.3 `[V2]`); the nested TLB and
/// the host's page-walk caches shorten each host walk. Tables are passed `inout` and only read (``WalkableTable``).
struct TwoDimensionalWalker: Sendable {
  /// How a walk ended.
  enum Outcome: Equatable {
    /// At a present leaf of the guest, whose page the real map table maps.
    case complete(GuestLeaf, HostPage)
    /// At a guest entry that is not present.
    case guestStopped
    /// At a real address that the real map table does not map.
    case hostMissing(RealAddress)
  }

  /// A physical page that backs real memory.
  struct HostPage: Equatable {
    var base: PhysicalAddress
    var size: PageSize
  }

  /// Which address space walks.
  struct AddressSpaceName {
    var vm: Int
    var context: UInt16
    var root: Int32
  }

  private var guestCache: PageWalkCache
  private var hostCache: PageWalkCache
  private var nestedTLB: NestedTLB?

  init(_ machine: Machine) {
    guestCache = machine.guestWalkCache()
    hostCache = machine.hostWalkCache()
    nestedTLB = machine.makeNestedTLB()
  }

  /// Walks for an access of the running address space.
  mutating func walk(
    _ request: TranslationRequest, of guest: inout GuestTables, _ space: AddressSpaceName,
    over map: inout RealMapTable, _ references: inout WalkReferences
  ) -> Outcome {
    let vm = UInt16(truncatingIfNeeded: space.vm)
    let levels = guest.table.levels
    var node = space.root
    var level = levels
    var permissions = PathPermissions.all
    var isTranslated = false
    if let hit = guestCache.lookup(context: space.context, request.address.rawValue) {
      (node, level, permissions, isTranslated) = (hit.node, hit.level, PathPermissions(hit), true)
      references.guestCacheHits &+= 1
    }
    while true {
      if !isTranslated {
        let address = guest.table.address(of: node)
        guard translate(address, vm: vm, over: &map, &references) != nil else { return .hostMissing(address) }
        if level < levels {
          guestCache.fill(
            context: space.context, request.address.rawValue, permissions.cached(node: node, level: level))
        }
      }
      isTranslated = false
      let index = guest.table.index(request.address, level: level)
      let entry = guest.table.entry(node, index)
      references.guest &+= 1
      permissions.narrow(by: entry)
      if let leaf = GuestLeaf(TableWalk(node: node, index: index, level: level, entry: entry), permissions) {
        let real = leaf.realAddress(of: request.address)
        guard let page = translate(real, vm: vm, over: &map, &references) else { return .hostMissing(real) }
        return .complete(leaf, page)
      }
      node = guest.table.child(node, index)
      guard entry.isPresent, node >= 0 else { return .guestStopped }
      level &-= 1
    }
  }

  /// Drops what belongs to one address space; what belongs to real memory stays (semantics rule 9).
  mutating func invalidate(context: UInt16) { guestCache.invalidate(context: context) }

  /// Drops what belongs to address spaces of any machine: what an exit does without tags.
  mutating func invalidateCombined() { guestCache.invalidateAll() }

  /// Drops everything.
  mutating func invalidateAll() {
    guestCache.invalidateAll()
    hostCache.invalidateAll()
    nestedTLB?.invalidateAll()
  }

  /// Translates one real address that a walk meets.
  private mutating func translate(
    _ real: RealAddress, vm: UInt16, over map: inout RealMapTable, _ references: inout WalkReferences
  ) -> HostPage? {
    guard nestedTLB != nil else { return read(&map, real, vm: vm, &references) }
    if let hit = nestedTLB?.lookup(vm: vm, real) {
      references.nestedTLBHits &+= 1
      return HostPage(base: hit.base, size: hit.size)
    }
    references.nestedTLBMisses &+= 1
    guard let page = read(&map, real, vm: vm, &references) else { return nil }
    nestedTLB?.fill(vm: vm, real, base: page.base, size: page.size)
    return page
  }

  /// Reads the real map table: one entry of a flat one, else a walk from the deepest cached table on.
  private mutating func read(
    _ map: inout RealMapTable, _ real: RealAddress, vm: UInt16, _ references: inout WalkReferences
  ) -> HostPage? {
    guard map.form == .radix else {
      references.host &+= 1
      let entry = map.flat.entry(real)
      guard entry.isPresent else { return nil }
      let size = FlatTable<Real, Physical>.size(of: entry)
      return HostPage(base: entry.page(size, in: Physical.self), size: size)
    }
    var node = map.root
    var level = map.radix.levels
    if let hit = hostCache.lookup(context: vm, real.rawValue) {
      (node, level) = (hit.node, hit.level)
      references.hostCacheHits &+= 1
    }
    while true {
      let index = map.radix.index(real, level: level)
      let entry = map.radix.entry(node, index)
      references.host &+= 1
      let end = TableWalk(node: node, index: index, level: level, entry: entry)
      if let size = end.size { return HostPage(base: entry.page(size, in: Physical.self), size: size) }
      node = map.radix.child(node, index)
      guard entry.isPresent, node >= 0 else { return nil }
      level &-= 1
      hostCache.fill(context: vm, real.rawValue, PathPermissions.all.cached(node: node, level: level))
    }
  }
}

extension TwoDimensionalWalker.Outcome: WalkOutcome {
  func allows(_ request: TranslationRequest) -> Bool {
    if case .complete(let guest, _) = self { guest.permissions.allows(request) } else { false }
  }

  var place: WalkPlace {
    guard case .complete(let guest, let host) = self else { return WalkPlace(node: -1, index: 0, page: 0) }
    return WalkPlace(
      node: guest.end.node, index: Int32(truncatingIfNeeded: guest.end.index), page: host.base.rawValue)
  }
}
