import Addressing
import Machines
import PageTables
import TranslationCaches

/// The hardware that reads a real map table: one entry of a flat one, else a walk from the deepest cached table on.
struct RealMapWalker: Sendable {
  private var cache: PageWalkCache

  init(_ machine: Machine) { cache = machine.hostWalkCache() }

  /// The page that a real address lies in; nil where none is mapped.
  mutating func read(
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
    if let hit = cache.lookup(context: vm, real.rawValue) {
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
      cache.fill(context: vm, real.rawValue, PathPermissions.all.cached(node: node, level: level))
    }
  }

  /// Makes another's walk of a radix map, down to the level where that ended.
  mutating func follow(
    _ meeting: RealMeeting, through map: borrowing RealMapTable, vm: UInt16,
    _ references: inout WalkReferences
  ) {
    let real = meeting.real
    let end = meeting.endLevel
    var node = map.root
    var level = map.radix.levels
    if let hit = cache.lookup(context: vm, real.rawValue) {
      (node, level) = (hit.node, hit.level)
      references.hostCacheHits &+= 1
    }
    references.host &+= UInt64(truncatingIfNeeded: level &- end &+ 1)
    while level > end {
      node = map.radix.child(node, map.radix.index(real, level: level))
      level &-= 1
      cache.fill(context: vm, real.rawValue, PathPermissions.all.cached(node: node, level: level))
    }
  }

  /// Drops everything.
  mutating func invalidateAll() { cache.invalidateAll() }
}
