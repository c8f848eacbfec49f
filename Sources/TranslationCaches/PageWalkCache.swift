/// Caches of the upper entries of page tables, one for each level: a hit spares the walk the levels above.
///
/// It is a translation cache in the sense of Barr, Cox and Rixner (ISCA 2010 `[M]`), as Intel's paging-structure caches
/// are (SDM volume 3, 4.10.3 `[V2]`): keyed by an address prefix, it holds the next table and the permissions
/// gathered on the way there; the deepest match wins.
public struct PageWalkCache: Sendable {
  /// A table that a walk may start from.
  @frozen public struct Hit: Hashable, Sendable {
    /// The node, in its table's numbering.
    public var node: Int32
    /// The level of the node; the leaf level is 1.
    public var level: Int
    /// What the entries above allow.
    public var isWritable: Bool
    public var isExecutable: Bool

    @inlinable public init(node: Int32, level: Int, isWritable: Bool, isExecutable: Bool) {
      self.node = node
      self.level = level
      self.isWritable = isWritable
      self.isExecutable = isExecutable
    }
  }

  /// The caches of the entries that lead to nodes of each level, the lowest first: four, as tables have five levels
  /// at most. In place, since every walk passes here: through an array each level cost 5 ns more.
  @usableFromInline var caches: InlineArray<4, TranslationCache>
  /// The levels that have a cache, a bit each; what stands for the others is never filled.
  @usableFromInline var present: UInt8 = 0

  /// - Parameter geometries: By the level of the cached entries, from 2 on, four at most; nil is no cache.
  public init(
    _ geometries: [Geometry?], policy: ReplacementPolicy, seed: UInt64
  ) throws(TranslationCacheError) {
    caches = try InlineArray(repeating: TranslationCache(Geometry(fullyAssociative: 1), policy, seed: 0))
    precondition(geometries.count <= caches.count, "tables have five levels at most")
    for (index, geometry) in geometries.enumerated() {
      guard let geometry else { continue }
      caches[index] = try TranslationCache(geometry, policy, seed: seed &+ UInt64(index))
      present |= 1 << UInt8(index)
    }
  }

  /// The lowest table on the way to an address that is cached, which counts as used.
  ///
  /// - Parameter context: The address space, or the virtual machine for real addresses.
  @inlinable @inline(__always)
  public mutating func lookup(context: UInt16, _ address: UInt64) -> Hit? {
    if present & 1 != 0 {
      let prefix = Self.prefix(address, level: 1)
      let slot = caches[0].lookup(tag: Self.tag(context, prefix), index: prefix)
      if slot >= 0 { return Hit(payload: caches[0][slot], level: 1) }
    }
    return lookupUpper(context: context, address)
  }

  /// A lookup above the lowest level.
  @usableFromInline @inline(never)
  mutating func lookupUpper(context: UInt16, _ address: UInt64) -> Hit? {
    var rest = present & ~1
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      let prefix = Self.prefix(address, level: index &+ 1)
      let slot = caches[index].lookup(tag: Self.tag(context, prefix), index: prefix)
      if slot >= 0 { return Hit(payload: caches[index][slot], level: index &+ 1) }
      rest &= rest &- 1
    }
    return nil
  }

  /// Enters a table that a walk passed and that no lookup found on the way.
  public mutating func fill(context: UInt16, _ address: UInt64, _ entry: Hit) {
    let index = entry.level &- 1
    guard present >> UInt8(truncatingIfNeeded: index) & 1 != 0 else { return }
    let prefix = Self.prefix(address, level: entry.level)
    caches[index].fill(tag: Self.tag(context, prefix), index: prefix, payload: entry.payload)
  }

  /// Drops every entry of a context: what INVLPG and a load of the root register do (semantics rule 9).
  public mutating func invalidate(context: UInt16) {
    for index in caches.indices {
      caches[index].invalidate { tag, _ in UInt16(truncatingIfNeeded: tag >> 48) == context }
    }
  }

  /// Drops everything.
  public mutating func invalidateAll() {
    for index in caches.indices { caches[index].invalidateAll() }
  }

  /// The address bits that lead to a node at `level`; at most 43, sign extension included.
  @inlinable static func prefix(_ address: UInt64, level: Int) -> UInt64 {
    address >> UInt64(truncatingIfNeeded: 12 &+ 9 &* level)
  }

  /// The context in bits 48 to 63 above the prefix. Levels have structures of their own, so the tag names none.
  @inlinable static func tag(_ context: UInt16, _ prefix: UInt64) -> UInt64 { UInt64(context) << 48 | prefix }
}

extension PageWalkCache.Hit {
  /// The node in the low half, permissions above.
  fileprivate var payload: UInt64 {
    UInt64(UInt32(bitPattern: node)) | (isWritable ? 1 << 32 : 0) | (isExecutable ? 1 << 33 : 0)
  }

  @inlinable init(payload: UInt64, level: Int) {
    self.init(
      node: Int32(truncatingIfNeeded: payload), level: level, isWritable: payload & 1 << 32 != 0,
      isExecutable: payload & 1 << 33 != 0)
  }
}
