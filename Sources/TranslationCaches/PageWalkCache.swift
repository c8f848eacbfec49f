/// Caches of the upper entries of page tables, one for each level: a hit spares the walk the levels above.
///
/// It is a translation cache in the sense of Barr, Cox and Rixner (ISCA 2010 `[M]`), as Intel's paging-structure caches
/// are (SDM volume 3, 4.10.3 `[V2]`): keyed by an address prefix, it holds the next table and the permissions
/// gathered on the way there; the deepest match wins.
@frozen public struct PageWalkCache: Sendable {
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

  /// The caches by the level of the node they lead to, from 1 on.
  @usableFromInline var caches: [TranslationCache?]

  /// - Parameter geometries: By the level of the cached entries, from 2 on; nil is no cache.
  public init(
    _ geometries: [Geometry?], policy: ReplacementPolicy, seed: UInt64
  ) throws(TranslationCacheError) {
    caches = []
    for (level, geometry) in geometries.enumerated() {
      guard let geometry else {
        caches.append(nil)
        continue
      }
      caches.append(try TranslationCache(geometry, policy, seed: seed &+ UInt64(level)))
    }
  }

  /// The lowest table on the way to an address that is cached, which counts as used.
  ///
  /// - Parameter context: The address space, or the virtual machine for real addresses.
  @inlinable public mutating func lookup(context: UInt16, _ address: UInt64) -> Hit? {
    for index in caches.indices {
      guard caches[index] != nil else { continue }
      let prefix = Self.prefix(address, level: index &+ 1)
      let slot = caches[index]!.lookup(tag: Self.tag(context, prefix), index: prefix)
      if slot >= 0 {
        let payload = caches[index]![slot]
        return Hit(
          node: Int32(truncatingIfNeeded: payload), level: index &+ 1, isWritable: payload & 1 << 32 != 0,
          isExecutable: payload & 1 << 33 != 0)
      }
    }
    return nil
  }

  /// Enters a table that a walk passed, unless it is there.
  @inlinable public mutating func fill(context: UInt16, _ address: UInt64, _ entry: Hit) {
    let index = entry.level &- 1
    guard index < caches.count, caches[index] != nil else { return }
    let prefix = Self.prefix(address, level: entry.level)
    let tag = Self.tag(context, prefix)
    let payload =
      UInt64(UInt32(bitPattern: entry.node)) | (entry.isWritable ? 1 << 32 : 0)
      | (entry.isExecutable ? 1 << 33 : 0)
    guard caches[index]!.probe(tag: tag, index: prefix) < 0 else { return }
    caches[index]!.fill(tag: tag, index: prefix, payload: payload)
  }

  /// Drops every entry of a context: what INVLPG and a load of the root register do (semantics rule 9).
  public mutating func invalidate(context: UInt16) {
    for index in caches.indices {
      caches[index]?.invalidate { tag, _ in UInt16(truncatingIfNeeded: tag >> 48) == context }
    }
  }

  /// Drops everything.
  public mutating func invalidateAll() {
    for index in caches.indices { caches[index]?.invalidateAll() }
  }

  /// The address bits that lead to a node at `level`.
  @inlinable @inline(__always) static func prefix(_ address: UInt64, level: Int) -> UInt64 {
    address >> UInt64(truncatingIfNeeded: 12 &+ 9 &* level) & ((1 << 45) - 1)
  }

  @inlinable @inline(__always) static func tag(_ context: UInt16, _ prefix: UInt64) -> UInt64 {
    UInt64(context) << 48 | prefix
  }
}
