public import Addressing

/// One level of TLBs: a structure for each page size, or one that several sizes share.
///
/// A page whose size has no structure is kept in pieces of the next smaller size that has one.
@frozen public struct TLBLevel: Sendable {
  @usableFromInline var small: TranslationCache
  @usableFromInline var large: TranslationCache?
  @usableFromInline var huge: TranslationCache?
  /// Whether pages of 2 MiB stand among those of 4 KiB.
  @usableFromInline let sharesLarge: Bool
  /// Whether an entry of 2 MiB ever stood among those of 4 KiB.
  @usableFromInline var smallHeldLarge = false

  /// - Parameters:
  ///   - small: For pages of 4 KiB, and of 2 MiB too where `sharesLarge`.
  ///   - large: For pages of 2 MiB; nil is none.
  ///   - huge: For pages of 1 GiB; nil is none.
  public init(
    small: Geometry, sharesLarge: Bool = false, large: Geometry? = nil, huge: Geometry? = nil,
    policy: ReplacementPolicy, seed: UInt64
  ) throws(TranslationCacheError) {
    self.small = try TranslationCache(small, policy, seed: seed)
    self.sharesLarge = sharesLarge
    self.large = nil
    self.huge = nil
    if let large { self.large = try TranslationCache(large, policy, seed: seed &+ 1) }
    if let huge { self.huge = try TranslationCache(huge, policy, seed: seed &+ 2) }
  }

  /// The entry of a 4 KiB page, which counts as used; nil is a miss.
  @inlinable @inline(__always)
  public mutating func lookup(context: UInt16, page: UInt64) -> TLBEntry? {
    let slot = small.lookup(tag: TLBTag(context: context, .size4K, number: page).rawValue, index: page)
    if slot >= 0 { return TLBEntry(payload: small[slot]) }
    return lookupLarger(context: context, page: page)
  }

  @inlinable mutating func lookupLarger(context: UInt16, page: UInt64) -> TLBEntry? {
    if sharesLarge {
      if smallHeldLarge, let entry = Self.lookup(&small, .size2M, context, page) { return entry }
    } else if large != nil, let entry = Self.lookup(&large!, .size2M, context, page) {
      return entry
    }
    if huge != nil, let entry = Self.lookup(&huge!, .size1G, context, page) { return entry }
    return nil
  }

  @inlinable static func lookup(
    _ cache: inout TranslationCache, _ size: PageSize, _ context: UInt16, _ page: UInt64
  ) -> TLBEntry? {
    guard cache.occupied > 0 else { return nil }
    let number = page >> (size.shift - 12)
    let slot = cache.lookup(tag: TLBTag(context: context, size, number: number).rawValue, index: number)
    return slot < 0 ? nil : TLBEntry(payload: cache[slot])
  }

  /// The entry of a 4 KiB page; nothing changes.
  public func probe(context: UInt16, page: UInt64) -> TLBEntry? {
    for size in PageSize.allCases {
      guard let cache = cache(for: size), holds(size) else { continue }
      let number = page >> (size.shift - 12)
      let slot = cache.probe(tag: TLBTag(context: context, size, number: number).rawValue, index: number)
      if slot >= 0 { return TLBEntry(payload: cache[slot]) }
    }
    return nil
  }

  /// Enters the translation of a 4 KiB page that is not there, or updates the one that is in its place.
  public mutating func fill(context: UInt16, page: UInt64, _ entry: TLBEntry) {
    let entry = entry.part(keptSize(entry.size), aroundPage: page)
    let number = page >> (entry.size.shift - 12)
    let tag = TLBTag(context: context, entry.size, number: number).rawValue
    switch entry.size {
    case .size4K: Self.fill(&small, tag, number, entry)
    case .size2M where sharesLarge:
      Self.fill(&small, tag, number, entry)
      smallHeldLarge = true
    case .size2M: Self.fill(&large!, tag, number, entry)
    case .size1G: Self.fill(&huge!, tag, number, entry)
    }
  }

  private static func fill(
    _ cache: inout TranslationCache, _ tag: UInt64, _ number: UInt64, _ entry: TLBEntry
  ) {
    let slot = cache.probe(tag: tag, index: number)
    if slot >= 0 {
      cache[slot] = entry.payload
    } else {
      cache.fill(tag: tag, index: number, payload: entry.payload)
    }
  }

  /// Drops every entry of a context that covers a 4 KiB page.
  public mutating func invalidate(context: UInt16, page: UInt64) {
    for size in PageSize.allCases where holds(size) {
      let number = page >> (size.shift - 12)
      let tag = TLBTag(context: context, size, number: number).rawValue
      withCache(for: size) { _ = $0.invalidate(tag: tag, index: number) }
    }
  }

  /// Drops every entry of a context that overlaps a range of 4 KiB pages.
  public mutating func invalidate(context: UInt16, pages: ClosedRange<UInt64>) {
    if pages.count <= 16 {
      for page in pages { invalidate(context: context, page: page) }
      return
    }
    invalidate { tag, _ in
      guard tag.context == context else { return false }
      let first = tag.number << (tag.size.shift - 12)
      let last = first + tag.size.basePages - 1
      return first <= pages.upperBound & TLBTag.numberMask && last >= pages.lowerBound & TLBTag.numberMask
    }
  }

  /// Drops every entry of a context that is not global.
  public mutating func invalidate(context: UInt16) {
    invalidate { tag, entry in tag.context == context && !entry.isGlobal }
  }

  /// Drops everything.
  public mutating func invalidateAll() {
    small.invalidateAll()
    large?.invalidateAll()
    huge?.invalidateAll()
  }

  private mutating func invalidate(where condition: (TLBTag, TLBEntry) -> Bool) {
    func drop(_ cache: inout TranslationCache) {
      cache.invalidate { condition(TLBTag(rawValue: $0), TLBEntry(payload: $1)) }
    }
    drop(&small)
    if large != nil { drop(&large!) }
    if huge != nil { drop(&huge!) }
  }

  private func cache(for size: PageSize) -> TranslationCache? {
    switch size {
    case .size4K: small
    case .size2M: sharesLarge ? small : large
    case .size1G: huge
    }
  }

  private func holds(_ size: PageSize) -> Bool {
    switch size {
    case .size4K: true
    case .size2M: sharesLarge ? smallHeldLarge : large.map { $0.occupied > 0 } ?? false
    case .size1G: huge.map { $0.occupied > 0 } ?? false
    }
  }

  private mutating func withCache(for size: PageSize, _ body: (inout TranslationCache) -> Void) {
    switch size {
    case .size4K: body(&small)
    case .size2M:
      if sharesLarge { body(&small) } else if large != nil { body(&large!) }
    case .size1G: if huge != nil { body(&huge!) }
    }
  }

  /// The size in which pages of `size` are kept.
  private func keptSize(_ size: PageSize) -> PageSize {
    switch size {
    case .size1G where huge != nil: .size1G
    case .size1G, .size2M: sharesLarge || large != nil ? .size2M : .size4K
    case .size4K: .size4K
    }
  }
}
