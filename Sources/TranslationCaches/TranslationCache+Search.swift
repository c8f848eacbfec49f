extension TranslationCache {
  /// The offset of the set that an index selects.
  @inlinable @inline(__always) func base(of index: UInt64) -> Int {
    Int(truncatingIfNeeded: setMask != .max ? index & setMask : index % sets) &* layout.stride
  }

  @inline(__always) func state(_ base: Int) -> SetState {
    SetState(words: memory.words + base + SetLayout.firstState)
  }

  /// Makes the memory this copy's alone.
  @inlinable @inline(__always) mutating func own() {
    if !isKnownUniquelyReferenced(&memory) { separate() }
  }

  @usableFromInline @inline(never) mutating func separate() { memory = CacheMemory(copying: memory) }

  /// A lookup of a translation that is not the set's most recent.
  @usableFromInline @inline(never) mutating func search(_ tag: UInt64, _ base: Int) -> Int {
    let slot = find(tag, base)
    guard slot >= 0 else { return -1 }
    own()
    let header = memory.words[base]
    memory.words[base] = SetLayout.header(recentSlot: slot, vacancy: SetLayout.vacancy(header))
    let way = slot &- base &- layout.firstTag
    if isPackedLRU {
      Recency.usePacked(way, state(base))
    } else if isLRU {
      UseLog.append(way, state(base), ways: layout.ways)
    } else if heedsHits {
      policy.replacement.touched(way, state(base), ways: layout.ways)
    }
    return slot
  }

  /// The slot of `tag` in a set, or -1. The usual numbers of ways have loops of their own, unrolled.
  @inline(__always) func find(_ tag: UInt64, _ base: Int) -> Int {
    if let index = memory.index { return index.find(tag, in: memory.words) }
    let first = base &+ layout.firstTag
    let tags = memory.words + first
    let way =
      switch layout.ways {
      case 4: Self.way(of: tag, tags, ways: 4)
      case 8: Self.way(of: tag, tags, ways: 8)
      case 12: Self.way(of: tag, tags, ways: 12)
      case 16: Self.way(of: tag, tags, ways: 16)
      default: Self.way(of: tag, tags, ways: layout.ways)
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

  @inline(__always) func isFull(_ base: Int) -> Bool { SetLayout.vacancy(memory.words[base]) == layout.ways }

  /// A fill of a full set under LRU.
  @inline(__always) func replaceLast(_ base: Int, _ tag: UInt64, _ payload: UInt64) -> Int {
    let slot = base &+ layout.firstTag &+ Recency.reuseLastPacked(state(base), ways: layout.ways)
    memory.words[base] = SetLayout.header(recentSlot: slot, vacancy: layout.ways)
    memory.words[slot] = tag
    memory.words[slot &+ layout.ways] = payload
    return slot
  }

  /// A fill of any set under any policy.
  @inline(never) mutating func fillSlowly(_ base: Int, _ tag: UInt64, _ payload: UInt64) -> Int {
    let words = memory.words
    let first = base &+ layout.firstTag
    var vacancy = SetLayout.vacancy(words[base])
    while vacancy < layout.ways && words[first &+ vacancy] != Self.invalidTag { vacancy &+= 1 }
    let way: Int
    if vacancy < layout.ways {
      way = vacancy
      vacancy &+= 1
      occupied &+= 1
    } else {
      way =
        isLRU
        ? Recency.last(state(base), ways: layout.ways)
        : policy.replacement.victim(state(base), ways: layout.ways, random: &random)
      memory.index?.remove(words[first &+ way], slot: first &+ way)
    }
    let slot = first &+ way
    words[base] = SetLayout.header(recentSlot: slot, vacancy: vacancy)
    words[slot] = tag
    words[slot &+ layout.ways] = payload
    memory.index?.insert(tag, slot: slot)
    if isLRU {
      Recency.use(way, state(base), ways: layout.ways)
    } else {
      policy.replacement.filled(way, state(base), ways: layout.ways)
    }
    return slot
  }

  mutating func drop(_ slot: Int, _ base: Int) {
    let words = memory.words
    memory.index?.remove(words[slot], slot: slot)
    words[slot] = Self.invalidTag
    let way = slot &- base &- layout.firstTag
    let header = words[base]
    words[base] = SetLayout.header(
      recentSlot: SetLayout.recentSlot(header), vacancy: min(SetLayout.vacancy(header), way))
    occupied -= 1
  }

  /// Makes a set's ways invalid; the policy's state stays, as it does when they are dropped one by one.
  func clear(_ base: Int) {
    let first = base &+ layout.firstTag
    memory.words[base] = SetLayout.header(recentSlot: first, vacancy: 0)
    for way in 0..<layout.ways { memory.words[first &+ way] = Self.invalidTag }
  }
}
