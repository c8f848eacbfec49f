public import Addressing

/// A cache of translations from real to physical pages, used while a walk meets real addresses; AMD's nested TLB
/// (Bhargava and others, ASPLOS 2008 `[M]`). Guest invalidations leave it alone (semantics rule 9).
@frozen public struct NestedTLB: Sendable {
  @usableFromInline var cache: TranslationCache
  /// The page sizes that were ever entered, by leaf level.
  @usableFromInline var sizes: UInt8 = 0

  public init(
    _ geometry: Geometry, policy: ReplacementPolicy, seed: UInt64
  ) throws(TranslationCacheError) {
    cache = try TranslationCache(geometry, policy, seed: seed)
  }

  /// The physical page that holds a real address, which counts as used.
  @inlinable public mutating func lookup(vm: UInt16, _ real: RealAddress) -> (
    base: PhysicalAddress, size: PageSize
  )? {
    for size in PageSize.allCases where sizes >> UInt8(size.leafLevel) & 1 != 0 {
      let number = real.rawValue >> size.shift
      let slot = cache.lookup(tag: TLBTag(context: vm, size, number: number).rawValue, index: number)
      if slot >= 0 { return (PhysicalAddress(cache[slot]), size) }
    }
    return nil
  }

  /// Enters the page of a real address that is not there.
  @inlinable public mutating func fill(
    vm: UInt16, _ real: RealAddress, base: PhysicalAddress, size: PageSize
  ) {
    sizes |= 1 << UInt8(size.leafLevel)
    let number = real.rawValue >> size.shift
    cache.fill(tag: TLBTag(context: vm, size, number: number).rawValue, index: number, payload: base.rawValue)
  }

  /// Drops every entry of a virtual machine.
  public mutating func invalidate(vm: UInt16) {
    cache.invalidate { tag, _ in TLBTag(rawValue: tag).context == vm }
  }

  /// Drops everything.
  public mutating func invalidateAll() { cache.invalidateAll() }
}
