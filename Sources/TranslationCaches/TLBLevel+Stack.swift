import Addressing

// A level as a stack of levels (``TranslationCache/lookupStacked(tag:index:)`` has the source).
extension TLBLevel {
  /// An entry that was found in an LRU level of 16 ways at most, which answers for all that differ from it in having fewer
  /// ways for pages of 4 KiB and what is kept with them, as long as all see the same lookups and fills.
  public struct Stacked: Sendable {
    /// A number that stays the entry's as long as it is there.
    public var slot: Int
    public var entry: TLBEntry
    /// The number of ways that a level needs at least to hold it.
    public var distance: Int
    /// Whether another entry covers the page too: what fewer ways hold is then not known.
    public var isAmbiguous: Bool

    public init(slot: Int, entry: TLBEntry, distance: Int, isAmbiguous: Bool = false) {
      self.slot = slot
      self.entry = entry
      self.distance = distance
      self.isAmbiguous = isAmbiguous
    }
  }

  /// The entry of a 4 KiB page, which counts as used and is the most recent from now on in levels of any number of ways,
  /// as those that do not hold it will fill it; nil is a miss in all of them.
  public mutating func lookupStacked(context: UInt16, page: UInt64) -> Stacked? {
    var kindsLeft = kinds
    for kind in TLBKind.all(of: kinds) {
      kindsLeft &= ~kind.bit
      let key = key(kind, context, page)
      let first = firstSlot(for: kind.size)
      let isHuge = place(of: kind.size) == .size1G
      let found = withCache(for: kind.size) { cache -> Stacked? in
        if isHuge {
          let slot = cache.lookup(tag: key.tag, index: key.index)
          return slot < 0
            ? nil : Stacked(slot: first + slot, entry: TLBEntry(payload: cache[slot]), distance: 1)
        }
        guard let found = cache.lookupStacked(tag: key.tag, index: key.index) else { return nil }
        return Stacked(
          slot: first + found.slot, entry: TLBEntry(payload: cache[found.slot]), distance: found.distance)
      }
      if let found, var found {
        found.isAmbiguous = kindsLeft != 0 && found.distance > 1 && holds(kindsLeft, context, page)
        return found
      }
    }
    return nil
  }

  /// The place of the translation of a 4 KiB page, if it is there as a page of the same kind; nothing changes.
  public func probeStacked(context: UInt16, page: UInt64, _ entry: TLBEntry) -> Stacked? {
    let size = keptSize(entry.size)
    let key = key(TLBKind(size, isGlobal: entry.isGlobal && globalContext != nil), context, page)
    let found: TranslationCache.Stacked?
    switch place(of: size) {
    case .size4K: found = small.probeStacked(tag: key.tag, index: key.index)
    case .size2M: found = large?.probeStacked(tag: key.tag, index: key.index)
    case .size1G:
      let slot = huge?.probe(tag: key.tag, index: key.index) ?? -1
      found = slot < 0 ? nil : TranslationCache.Stacked(slot: slot, distance: 1)
    }
    return found.map { Stacked(slot: firstSlot(for: size) + $0.slot, entry: entry, distance: $0.distance) }
  }

  /// Enters the translation of a 4 KiB page that is in no level of the stack, as a lookup has told. Returns its slot.
  public mutating func fillStacked(context: UInt16, page: UInt64, _ entry: TLBEntry) -> Int {
    let isHuge = place(of: keptSize(entry.size)) == .size1G
    return enter(context, page, entry) {
      isHuge ? $0.fillInline($1, $2, $3) : $0.fillStacked(tag: $1, index: $2, payload: $3)
    }
  }

  /// Whether an entry of one of these kinds covers a 4 KiB page.
  private func holds(_ kinds: UInt8, _ context: UInt16, _ page: UInt64) -> Bool {
    var level = self
    level.kinds = kinds
    return level.probe(context: context, page: page) != nil
  }
}
