public import Addressing

/// One level of TLBs: a structure for each page size, or one that several sizes share.
///
/// A page whose size has no structure is kept in pieces of the next smaller size that has one. Should two entries
/// cover a page, left behind by a change that was never flushed, the smaller page wins.
@frozen public struct TLBLevel: Sendable {
  @usableFromInline var small: TranslationCache
  @usableFromInline var large: TranslationCache?
  @usableFromInline var huge: TranslationCache?
  /// Whether pages of 2 MiB stand among those of 4 KiB.
  let sharesLarge: Bool
  /// The kinds of entries that may be held, a bit each: no other is sought.
  @usableFromInline var kinds: UInt8 = 0
  /// The context that global entries are filled under and found under, whatever context runs: one of its own for each
  /// virtual machine. Nil keeps them under the context that fills them, to be found by it alone.
  public var globalContext: UInt16?
  /// Whether an entry ever was a piece of a larger page.
  private var heldPieces = false
  /// The first slots of large and of huge pages in the numbering of all slots.
  @usableFromInline let firstLargeSlot: Int
  @usableFromInline let firstHugeSlot: Int

  /// An entry and its slot, a number that stays the entry's as long as it is there.
  @frozen public struct Found {
    public var slot: Int
    public var entry: TLBEntry

    @inlinable @inline(__always) init(slot: Int, entry: TLBEntry) {
      self.slot = slot
      self.entry = entry
    }
  }

  /// - Parameters:
  ///   - small: For pages of 4 KiB, and of 2 MiB too where `sharesLarge`.
  ///   - large: For pages of 2 MiB; nil is none.
  ///   - huge: For pages of 1 GiB; nil is none.
  public init(
    small: Geometry, sharesLarge: Bool = false, large: Geometry? = nil, huge: Geometry? = nil,
    policy: ReplacementPolicy, indexing: SetIndexing = .modulo, seed: UInt64
  ) throws(TranslationCacheError) {
    self.small = try TranslationCache(small, policy, indexing: indexing, seed: seed)
    self.sharesLarge = sharesLarge
    if let large { self.large = try TranslationCache(large, policy, indexing: indexing, seed: seed &+ 1) }
    if let huge { self.huge = try TranslationCache(huge, policy, indexing: indexing, seed: seed &+ 2) }
    firstLargeSlot = self.small.slotBound
    firstHugeSlot = firstLargeSlot + (self.large?.slotBound ?? 0)
  }

  /// A number that no slot reaches.
  public var slotBound: Int { firstHugeSlot + (huge?.slotBound ?? 0) }

  /// The entry of a 4 KiB page, which counts as used; nil is a miss.
  @inlinable @inline(__always)
  public mutating func lookup(context: UInt16, page: UInt64) -> Found? {
    let slot = small.lookup(tag: TLBTag(context: context, .size4K, number: page).rawValue, index: page)
    if slot >= 0 { return Found(slot: slot, entry: TLBEntry(payload: small[slot])) }
    return kinds & ~TLBKind.plainSmall == 0 ? nil : lookupOther(context: context, page: page)
  }

  /// The same where the page is hardly ever the one used last in its set, as behind another level.
  @inlinable @inline(__always)
  public mutating func lookupBehind(context: UInt16, page: UInt64) -> Found? {
    let slot = small.search(tag: TLBTag(context: context, .size4K, number: page).rawValue, index: page)
    if slot >= 0 { return Found(slot: slot, entry: TLBEntry(payload: small[slot])) }
    return kinds & ~TLBKind.plainSmall == 0 ? nil : lookupOther(context: context, page: page)
  }

  /// The entry of a 4 KiB page; nothing changes.
  public func probe(context: UInt16, page: UInt64) -> TLBEntry? {
    for kind in TLBKind.all(of: kinds) {
      let key = key(kind, context, page)
      let slot: Int
      switch place(of: kind.size) {
      case .size4K:
        slot = small.probe(tag: key.tag, index: key.index)
        if slot >= 0 { return TLBEntry(payload: small[slot]) }
      case .size2M:
        slot = large?.probe(tag: key.tag, index: key.index) ?? -1
        if slot >= 0, let payload = large?[slot] { return TLBEntry(payload: payload) }
      case .size1G:
        slot = huge?.probe(tag: key.tag, index: key.index) ?? -1
        if slot >= 0, let payload = huge?[slot] { return TLBEntry(payload: payload) }
      }
    }
    return nil
  }

  /// Enters the translation of a 4 KiB page that is not there, as a lookup has told. Returns its slot.
  @discardableResult
  public mutating func fill(context: UInt16, page: UInt64, _ entry: TLBEntry) -> Int {
    enter(context, page, entry) { $0.fillInline($1, $2, $3) }
  }

  /// Changes the translation of a 4 KiB page in its place, which is no use of it; enters it where it is not there.
  /// Returns its slot.
  @discardableResult
  public mutating func update(context: UInt16, page: UInt64, _ entry: TLBEntry) -> Int {
    enter(context, page, entry) { $0.update(tag: $1, index: $2, payload: $3) }
  }

  /// Changes the translation of a 4 KiB page where it is there, which is no use of it.
  public mutating func refresh(context: UInt16, page: UInt64, _ entry: TLBEntry) {
    _ = enter(context, page, entry) { $0.refresh(tag: $1, index: $2, payload: $3) }
  }

  /// Gives what is in a slot another entry of the same page.
  public mutating func replace(_ slot: Int, _ entry: TLBEntry) {
    if slot < firstLargeSlot {
      small[slot] = entry.payload
    } else if slot < firstHugeSlot {
      large?[slot - firstLargeSlot] = entry.payload
    } else {
      huge?[slot - firstHugeSlot] = entry.payload
    }
  }

  /// Drops every entry that covers a 4 KiB page of the running context, global ones included, and with it all other
  /// pieces of the page that the guest's table maps there.
  public mutating func invalidate(context: UInt16, page: UInt64) {
    invalidate(context: context, global: globalContext, pages: page...page)
  }

  /// Drops every entry that overlaps a range of 4 KiB pages of a context, global ones included, and with it all other
  /// pieces of the pages that the guest's table maps there.
  ///
  /// - Parameter global: The context of global entries that belongs to it; nil where they are under its own.
  public mutating func invalidate(context: UInt16, global: UInt16?, pages: ClosedRange<UInt64>) {
    if pages.upperBound - pages.lowerBound < 16 && !heldPieces {
      for page in pages {
        for kind in TLBKind.all(of: kinds) {
          let key = Self.key(kind, kind.isGlobal ? global ?? context : context, page)
          _ = withCache(for: kind.size) { $0.invalidate(tag: key.tag, index: key.index) }
        }
      }
      return
    }
    let lower = pages.lowerBound & TLBTag.numberMask
    let upper = pages.upperBound & TLBTag.numberMask
    invalidate { tag, entry in
      guard tag.context == context || tag.context == global else { return false }
      let mapped = entry.mappedSize.basePages
      let first = (tag.number << (tag.size.shift - 12)) & TLBTag.numberMask & ~(mapped - 1)
      return first <= upper && first + mapped > lower
    }
  }

  /// Drops every entry of a context that is not global.
  public mutating func invalidate(context: UInt16) {
    invalidate { tag, entry in tag.context == context && !entry.isGlobal }
  }

  /// Drops every entry, global or not, of the contexts that satisfy a condition: those of a virtual machine.
  public mutating func invalidate(contexts condition: (UInt16) -> Bool) {
    invalidate { tag, _ in condition(tag.context) }
  }

  /// Drops everything.
  public mutating func invalidateAll() {
    small.invalidateAll()
    large?.invalidateAll()
    huge?.invalidateAll()
    kinds = 0
  }
}

extension TLBLevel {
  /// A lookup of the kinds that are held besides pages of 4 KiB of the context's own.
  @usableFromInline @inline(never)
  mutating func lookupOther(context: UInt16, page: UInt64) -> Found? {
    for kind in TLBKind.all(of: kinds & ~TLBKind.plainSmall) {
      let key = key(kind, context, page)
      let first = firstSlot(for: kind.size)
      let found = withCache(for: kind.size) { cache -> Found? in
        let slot = cache.lookup(tag: key.tag, index: key.index)
        return slot < 0 ? nil : Found(slot: first + slot, entry: TLBEntry(payload: cache[slot]))
      }
      if let found, let found { return found }
    }
    return nil
  }

  /// How a structure takes a tag, an index and a payload; the slot it gives them.
  typealias Entering = (inout TranslationCache, UInt64, UInt64, UInt64) -> Int

  /// Enters a translation in the structure that keeps it: that of plain 4 KiB pages, the usual case, on a short path.
  @inline(__always)
  mutating func enter(
    _ context: UInt16, _ page: UInt64, _ entry: TLBEntry, _ body: Entering
  ) -> Int {
    guard entry.isPlainSmall else { return enterOther(context, page, entry, body) }
    kinds |= TLBKind.plainSmall
    return body(
      &small, TLBTag(context: context, .size4K, number: page).rawValue, page, entry.payload)
  }

  /// Enters a translation of any kind, in the size that is kept.
  @inline(never)
  private mutating func enterOther(
    _ context: UInt16, _ page: UInt64, _ entry: TLBEntry, _ body: Entering
  ) -> Int {
    let entry = entry.part(keptSize(entry.size), aroundPage: page)
    if entry.isPiece { heldPieces = true }
    let kind = TLBKind(entry.size, isGlobal: entry.isGlobal && globalContext != nil)
    kinds |= kind.bit
    let key = key(kind, context, page)
    let slot = withCache(for: entry.size) { body(&$0, key.tag, key.index, entry.payload) }
    guard let slot else { preconditionFailure("pages are kept in a size that has a structure") }
    return firstSlot(for: entry.size) + slot
  }

  func firstSlot(for size: PageSize) -> Int {
    switch place(of: size) {
    case .size4K: 0
    case .size2M: firstLargeSlot
    case .size1G: firstHugeSlot
    }
  }

  func key(_ kind: TLBKind, _ context: UInt16, _ page: UInt64) -> (tag: UInt64, index: UInt64) {
    Self.key(kind, kind.isGlobal ? globalContext ?? context : context, page)
  }

  /// The key of an entry under a context.
  private static func key(
    _ kind: TLBKind, _ context: UInt16, _ page: UInt64
  ) -> (tag: UInt64, index: UInt64) {
    let number = page >> (kind.size.shift - 12)
    return (TLBTag(context: context, kind.size, number: number).rawValue, number)
  }

  /// Drops what satisfies the condition, and learns which kinds are left.
  private mutating func invalidate(where condition: (TLBTag, TLBEntry) -> Bool) {
    var left: UInt8 = 0
    let separatesGlobal = globalContext != nil
    func drop(_ cache: inout TranslationCache) {
      cache.invalidate { tag, payload in
        let (tag, entry) = (TLBTag(rawValue: tag), TLBEntry(payload: payload))
        let isDropped = condition(tag, entry)
        if !isDropped {
          left |= TLBKind(tag.size, isGlobal: entry.isGlobal).bit
          // A global entry is the running machine's own, or another machine's, which has a context for such.
          if !separatesGlobal { left |= TLBKind(tag.size, isGlobal: false).bit }
        }
        return isDropped
      }
    }
    drop(&small)
    if large != nil { drop(&large!) }
    if huge != nil { drop(&huge!) }
    kinds = left
  }

  /// The structure that holds pages of `size`, named by the size it is for.
  func place(of size: PageSize) -> PageSize { size == .size2M && sharesLarge ? .size4K : size }

  @inline(__always)
  mutating func withCache<Result>(
    for size: PageSize, _ body: (inout TranslationCache) -> Result
  ) -> Result? {
    switch place(of: size) {
    case .size4K: body(&small)
    case .size2M: large == nil ? nil : body(&large!)
    case .size1G: huge == nil ? nil : body(&huge!)
    }
  }

  /// The size in which pages of `size` are kept.
  func keptSize(_ size: PageSize) -> PageSize {
    switch size {
    case .size1G where huge != nil: .size1G
    case .size1G, .size2M: sharesLarge || large != nil ? .size2M : .size4K
    case .size4K: .size4K
    }
  }
}
