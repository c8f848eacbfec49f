public import Addressing

/// A set-associative structure of translations: a TLB, a page-walk cache, a nested TLB.
///
/// A translation is found by its *tag*, which names it uniquely, in the set that its *index* (a page number) selects
/// modulo the number of sets; one tag always comes with one index. It keeps its *slot*, set × ways + way, as long
/// as it stays. The structure keeps no counts: who looks up knows what it asks for.
@frozen public struct TranslationCache: Sendable {
  @usableFromInline var memory: CacheMemory
  @usableFromInline let sets: UInt64
  /// The number of sets less one where that is a mask, else all ones.
  @usableFromInline let setMask: UInt64
  @usableFromInline let ways: Int
  @usableFromInline let isLRU: Bool
  @usableFromInline let heedsHits: Bool
  /// The number of valid entries.
  public private(set) var occupied = 0
  @usableFromInline var random: SplitMix64
  public let policy: ReplacementPolicy
  public let geometry: Geometry

  /// The one value that is no tag.
  @inlinable public static var invalidTag: UInt64 { UInt64.max }

  /// The widest set that is searched way by way.
  static let searchedWays = 16

  /// An empty structure. `seed` matters to random replacement alone.
  public init(_ geometry: Geometry, _ policy: ReplacementPolicy, seed: UInt64) throws(TranslationCacheError) {
    try policy.check(geometry)
    let rules = policy.replacement
    self.geometry = geometry
    self.policy = policy
    ways = geometry.ways
    sets = UInt64(geometry.sets)
    setMask = geometry.sets.nonzeroBitCount == 1 ? sets - 1 : .max
    isLRU = policy == .lru
    heedsHits = rules.heedsHits
    random = SplitMix64(seed: seed)
    memory = CacheMemory(
      geometry, stateWords: rules.stateWords(ways: ways), indexed: ways > Self.searchedWays)
    for set in 0..<geometry.sets { rules.prepare(memory.state(of: set), ways: ways) }
  }

  /// The slot of the translation, which counts as used; -1 when it is not there, and nothing changes.
  @inlinable @inline(__always)
  public mutating func lookup(tag: UInt64, index: UInt64) -> Int {
    let set = set(of: index)
    let recent = Int(truncatingIfNeeded: memory.headers[set].recent)
    return memory.tags[recent] == tag ? recent : search(tag, set)
  }

  /// The slot of the translation, or -1; nothing changes.
  public func probe(tag: UInt64, index: UInt64) -> Int { find(tag, set(of: index)) }

  /// What was stored with the translation in `slot`.
  @inlinable public subscript(slot: Int) -> UInt64 {
    @inline(__always) get {
      assert(slot >= 0 && slot < geometry.entries, "no such slot")
      return memory.payloads[slot]
    }
    set {
      assert(slot >= 0 && slot < geometry.entries, "no such slot")
      own()
      memory.payloads[slot] = newValue
    }
  }

  /// The tag in `slot`; ``invalidTag`` where it is empty.
  @inlinable public func tag(at slot: Int) -> UInt64 {
    assert(slot >= 0 && slot < geometry.entries, "no such slot")
    return memory.tags[slot]
  }

  /// Enters a translation that is not there: into the lowest invalid way of its set, else into the way that the
  /// policy gives up. Returns its slot.
  @discardableResult
  public mutating func fill(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    assert(tag != Self.invalidTag, "this value marks an empty slot")
    assert(probe(tag: tag, index: index) < 0, "the translation is already there")
    own()
    let set = set(of: index)
    let way = takeWay(set)
    let slot = set &* ways &+ way
    memory.tags[slot] = tag
    memory.payloads[slot] = payload
    memory.headers[set].recent = UInt32(truncatingIfNeeded: slot)
    memory.index?.insert(tag, slot: slot)
    let state = memory.state(of: set)
    if isLRU {
      LeastRecentlyUsed.filled(way, state, ways: ways)
    } else {
      policy.replacement.filled(way, state, ways: ways)
    }
    return slot
  }

  /// Drops a translation; tells whether it was there.
  @discardableResult
  public mutating func invalidate(tag: UInt64, index: UInt64) -> Bool {
    let set = set(of: index)
    let slot = find(tag, set)
    guard slot >= 0 else { return false }
    own()
    drop(slot, set)
    return true
  }

  /// Drops every translation.
  public mutating func invalidateAll() {
    guard occupied > 0 else { return }
    own()
    memory.removeAll()
    occupied = 0
  }

  /// Drops the translations whose tag and payload satisfy `condition`, asked in slot order; returns their number.
  @discardableResult
  public mutating func invalidate(where condition: (_ tag: UInt64, _ payload: UInt64) -> Bool) -> Int {
    guard occupied > 0 else { return 0 }
    own()
    let before = occupied
    for slot in 0..<geometry.entries {
      let tag = memory.tags[slot]
      if tag != Self.invalidTag && condition(tag, memory.payloads[slot]) { drop(slot, slot / ways) }
    }
    return before - occupied
  }
}

extension TranslationCache {
  @inlinable @inline(__always) func set(of index: UInt64) -> Int {
    Int(truncatingIfNeeded: setMask != .max ? index & setMask : index % sets)
  }

  /// Makes the memory this copy's alone.
  @inlinable @inline(__always) mutating func own() {
    if !isKnownUniquelyReferenced(&memory) { separate() }
  }

  @usableFromInline @inline(never) mutating func separate() { memory = CacheMemory(copying: memory) }

  /// A lookup of a translation that is not the set's most recent.
  @usableFromInline @inline(never) mutating func search(_ tag: UInt64, _ set: Int) -> Int {
    let slot = find(tag, set)
    guard slot >= 0 else { return -1 }
    own()
    memory.headers[set].recent = UInt32(truncatingIfNeeded: slot)
    let way = slot &- set &* ways
    if isLRU {
      LeastRecentlyUsed.touched(way, memory.state(of: set), ways: ways)
    } else if heedsHits {
      policy.replacement.touched(way, memory.state(of: set), ways: ways)
    }
    return slot
  }

  /// The slot of `tag` in `set`, or -1. The usual numbers of ways have loops of their own, unrolled.
  @inline(__always) private func find(_ tag: UInt64, _ set: Int) -> Int {
    if let index = memory.index { return index.find(tag, in: memory.tags) }
    let first = set &* ways
    let tags = memory.tags + first
    let way =
      switch ways {
      case 4: Self.way(of: tag, tags, ways: 4)
      case 8: Self.way(of: tag, tags, ways: 8)
      case 12: Self.way(of: tag, tags, ways: 12)
      case 16: Self.way(of: tag, tags, ways: 16)
      default: Self.way(of: tag, tags, ways: ways)
      }
    return way < 0 ? way : first &+ way
  }

  @inline(__always)
  private static func way(of tag: UInt64, _ tags: UnsafeMutablePointer<UInt64>, ways: Int) -> Int {
    var way = 0
    while way < ways {
      if tags[way] == tag { return way }
      way &+= 1
    }
    return -1
  }

  /// The way of `set` to fill: the lowest invalid one, else one that is given up.
  @inline(__always) private mutating func takeWay(_ set: Int) -> Int {
    let first = set &* ways
    var way = Int(truncatingIfNeeded: memory.headers[set].vacancy)
    while way < ways && memory.tags[first &+ way] != Self.invalidTag { way &+= 1 }
    if way < ways {
      memory.headers[set].vacancy = UInt32(truncatingIfNeeded: way &+ 1)
      occupied &+= 1
      return way
    }
    memory.headers[set].vacancy = UInt32(truncatingIfNeeded: ways)
    let state = memory.state(of: set)
    let victim =
      isLRU
      ? LeastRecentlyUsed.victim(state, ways: ways, random: &random)
      : policy.replacement.victim(state, ways: ways, random: &random)
    memory.index?.remove(memory.tags[first &+ victim], in: memory.tags)
    return victim
  }

  private mutating func drop(_ slot: Int, _ set: Int) {
    memory.index?.remove(memory.tags[slot], in: memory.tags)
    memory.tags[slot] = Self.invalidTag
    let way = UInt32(truncatingIfNeeded: slot &- set &* ways)
    memory.headers[set].vacancy = min(memory.headers[set].vacancy, way)
    occupied -= 1
  }
}
