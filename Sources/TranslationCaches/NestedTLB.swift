public import Addressing

/// A cache of translations from real to physical pages, used while a walk meets real addresses; AMD's nested TLB
/// (Bhargava and others, ASPLOS 2008 `[M]`). Guest invalidations leave it alone (semantics rule 9).
public struct NestedTLB: Sendable {
  var cache: TranslationCache
  /// The page sizes that may be held: no other is sought.
  var kinds: UInt8 = 0

  public init(
    _ geometry: Geometry, policy: ReplacementPolicy, seed: UInt64
  ) throws(TranslationCacheError) {
    cache = try TranslationCache(geometry, policy, seed: seed)
  }

  /// The physical page that holds a real address, which counts as used; the smallest, should there be several.
  public mutating func lookup(
    vm: UInt16, _ real: RealAddress
  ) -> (base: PhysicalAddress, size: PageSize)? {
    for kind in TLBKind.all(of: kinds) {
      let number = real.rawValue >> kind.size.shift
      let tag = TLBTag(context: vm, kind.size, number: number)
      let slot = cache.lookup(tag: tag.rawValue, index: number)
      if slot >= 0 { return (PhysicalAddress(cache[slot]), kind.size) }
    }
    return nil
  }

  /// Enters the page of a real address that is not there. `base` is its first physical byte.
  public mutating func fill(vm: UInt16, _ real: RealAddress, base: PhysicalAddress, size: PageSize) {
    kinds |= TLBKind(size, isGlobal: false).bit
    let number = real.rawValue >> size.shift
    cache.fill(tag: TLBTag(context: vm, size, number: number).rawValue, index: number, payload: base.rawValue)
  }

  /// Drops what covers one real address of a virtual machine.
  public mutating func invalidate(vm: UInt16, _ real: RealAddress) {
    for kind in TLBKind.all(of: kinds) {
      let number = real.rawValue >> kind.size.shift
      cache.invalidate(tag: TLBTag(context: vm, kind.size, number: number).rawValue, index: number)
    }
  }

  /// Drops every entry of a virtual machine.
  public mutating func invalidate(vm: UInt16) {
    cache.invalidate { tag, _ in TLBTag(rawValue: tag).context == vm }
  }

  /// Drops everything.
  public mutating func invalidateAll() {
    cache.invalidateAll()
    kinds = 0
  }
}
