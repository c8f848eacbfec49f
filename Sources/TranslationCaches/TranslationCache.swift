public import Addressing

/// A set-associative structure of translations: a TLB, a page-walk cache, a nested TLB.
///
/// A translation is found by its *tag*, which names it uniquely, in the set that its *index* (a page number) selects
/// (``SetIndexing``); one tag always comes with one index. As long as it stays it keeps its *slot*, a number
/// that means nothing else. The structure keeps no counts: who looks up knows what it asks for.
@frozen public struct TranslationCache: Sendable {
  @usableFromInline var memory: CacheMemory
  @usableFromInline let layout: SetLayout
  /// The number of sets less one where the lowest bits of an index are its set, else all ones.
  @usableFromInline let setMask: UInt64
  @usableFromInline let sets: UInt64
  /// Whether the policy is LRU with an order that fits in a word: the usual case, which has its own short path.
  let isPackedLRU: Bool
  /// Whether the policy is LRU, whose rules are then called without looking them up.
  let isLRU: Bool
  let heedsHits: Bool
  /// How far apart the two groups of bits are of which an index's set is the XOR; 0 where it is not.
  @usableFromInline let foldShift: UInt8
  /// The number of valid entries.
  public internal(set) var occupied = 0
  var random: SplitMix64
  public let policy: ReplacementPolicy
  public let geometry: Geometry

  /// The one value that is no tag.
  @inlinable public static var invalidTag: UInt64 { UInt64.max }

  /// An empty structure. `seed` matters to random replacement alone.
  public init(
    _ geometry: Geometry, _ policy: ReplacementPolicy, indexing: SetIndexing = .modulo, seed: UInt64
  ) throws(TranslationCacheError) {
    try policy.check(geometry)
    try indexing.check(geometry)
    let rules = policy.replacement
    self.geometry = geometry
    self.policy = policy
    layout = SetLayout(ways: geometry.ways, stateWords: rules.stateWords(ways: geometry.ways))
    sets = UInt64(geometry.sets)
    foldShift = indexing == .xor ? UInt8(geometry.sets.trailingZeroBitCount) : 0
    setMask = foldShift == 0 && geometry.sets.nonzeroBitCount == 1 ? sets - 1 : .max
    isLRU = policy == .lru
    isPackedLRU = isLRU && geometry.ways <= Recency.packedWays
    heedsHits = rules.heedsHits
    random = SplitMix64(seed: seed)
    let count = geometry.sets * layout.stride
    memory = CacheMemory(
      count: count,
      index: geometry.ways > TagMarks.maximumWays ? TagIndex(entries: geometry.entries, slots: count) : nil)
    for set in 0..<geometry.sets {
      clear(set * layout.stride)
      rules.prepare(state(set * layout.stride), ways: geometry.ways)
    }
  }

  /// The slot of the translation, which counts as used; -1 when it is not there, and nothing changes.
  @inlinable @inline(__always)
  public mutating func lookup(tag: UInt64, index: UInt64) -> Int {
    let base = base(of: index)
    let recent = SetLayout.recentSlot(memory.words[base])
    return memory.words[recent] == tag ? recent : search(tag, base)
  }

  /// The same where the translation is hardly ever its set's most recent one: a branch less to foretell.
  @inlinable @inline(__always)
  public mutating func search(tag: UInt64, index: UInt64) -> Int { search(tag, base(of: index)) }

  /// The slot of the translation, or -1; nothing changes.
  public func probe(tag: UInt64, index: UInt64) -> Int { find(tag, base(of: index)) }

  /// What was stored with the translation in `slot`.
  @inlinable public subscript(slot: Int) -> UInt64 {
    @inline(__always) get { memory.words[slot &+ layout.ways] }
    set {
      own()
      memory.words[slot &+ layout.ways] = newValue
    }
  }

  /// A number that no slot reaches.
  public var slotBound: Int { geometry.sets * layout.stride }

  /// The set and the way of a slot.
  public func place(of slot: Int) -> (set: Int, way: Int) {
    (slot / layout.stride, slot % layout.stride - layout.firstTag)
  }

  /// The tag at a place; ``invalidTag`` where it is empty.
  public func tag(set: Int, way: Int) -> UInt64 {
    precondition(set >= 0 && set < geometry.sets && way >= 0 && way < geometry.ways, "no such place")
    return memory.words[set * layout.stride + layout.firstTag + way]
  }

  /// Enters a translation that is not there: into the lowest invalid way of its set, else into the way that the
  /// policy gives up. Returns its slot.
  @discardableResult
  public mutating func fill(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    fillInline(tag, index, payload)
  }

  /// The same, as part of the caller.
  @inline(__always) mutating func fillInline(_ tag: UInt64, _ index: UInt64, _ payload: UInt64) -> Int {
    assert(tag != Self.invalidTag, "this value marks an empty slot")
    assert(probe(tag: tag, index: index) < 0, "the translation is already there")
    own()
    let base = base(of: index)
    return isPackedLRU && isFull(base)
      ? replaceLast(base, tag, payload) : fillOther(base, tag, payload)
  }

  /// Gives a translation a payload: in place where it is there, which is no use of it, else by a fill. Returns its
  /// slot.
  @discardableResult
  public mutating func update(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    let slot = refresh(tag: tag, index: index, payload: payload)
    return slot >= 0 ? slot : fill(tag: tag, index: index, payload: payload)
  }

  /// Gives a translation a payload where it is there, which is no use of it. Returns its slot, or -1.
  @discardableResult
  public mutating func refresh(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    let slot = probe(tag: tag, index: index)
    if slot >= 0 { self[slot] = payload }
    return slot
  }

  /// Drops a translation; tells whether it was there.
  @discardableResult
  public mutating func invalidate(tag: UInt64, index: UInt64) -> Bool {
    let base = base(of: index)
    let slot = find(tag, base)
    guard slot >= 0 else { return false }
    own()
    drop(slot, base)
    return true
  }

  /// Drops every translation.
  public mutating func invalidateAll() {
    guard occupied > 0 else { return }
    own()
    for set in 0..<geometry.sets { clear(set &* layout.stride) }
    memory.index?.removeAll()
    occupied = 0
  }

  /// Drops the translations whose tag and payload satisfy `condition`, asked set by set and way by way; returns their
  /// number.
  @discardableResult
  public mutating func invalidate(where condition: (_ tag: UInt64, _ payload: UInt64) -> Bool) -> Int {
    guard occupied > 0 else { return 0 }
    own()
    let before = occupied
    for set in 0..<geometry.sets {
      let base = set &* layout.stride
      for way in 0..<layout.ways {
        let slot = base &+ layout.firstTag &+ way
        let tag = memory.words[slot]
        if tag != Self.invalidTag && condition(tag, self[slot]) { drop(slot, base) }
      }
    }
    return before - occupied
  }
}
