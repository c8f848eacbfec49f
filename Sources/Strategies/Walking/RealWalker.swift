import Addressing
import Machines
import PageTables
import TranslationCaches

/// What translates the real addresses that a walk meets: the nested TLB, and behind it the walker of the real map table.
struct RealWalker: Sendable {
  private var nestedTLB: NestedTLB?
  private var walker: RealMapWalker

  init(_ machine: Machine) {
    nestedTLB = machine.makeNestedTLB()
    walker = RealMapWalker(machine)
  }

  /// The page that a real address lies in; nil where none is mapped.
  mutating func translate(
    _ real: RealAddress, vm: UInt16, over map: inout RealMapTable, _ references: inout WalkReferences
  ) -> HostPage? {
    guard nestedTLB != nil else { return walker.read(&map, real, vm: vm, &references) }
    if let hit = nestedTLB?.lookup(vm: vm, real) {
      references.nestedTLBHits &+= 1
      return HostPage(base: hit.base, size: hit.size)
    }
    references.nestedTLBMisses &+= 1
    guard let page = walker.read(&map, real, vm: vm, &references) else { return nil }
    nestedTLB?.fill(vm: vm, real, base: page.base, size: page.size)
    return page
  }

  /// Drops everything.
  mutating func invalidateAll() {
    nestedTLB?.invalidateAll()
    walker.invalidateAll()
  }
}
