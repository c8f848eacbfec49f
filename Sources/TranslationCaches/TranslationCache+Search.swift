extension TranslationCache {
  /// The offset of the set that an index selects.
  @inlinable @inline(__always) func base(of index: UInt64) -> Int {
    Int(truncatingIfNeeded: setMask != .max ? index & setMask : otherSet(of: index)) &* layout.stride
  }

  /// The set that an index selects where more than its lowest bits count.
  @inlinable @inline(__always) func otherSet(of index: UInt64) -> UInt64 {
    foldShift != 0 ? (index ^ index &>> UInt64(foldShift)) & (sets &- 1) : index % sets
  }

  @inline(__always) func state(_ base: Int) -> SetState {
    SetState(words: memory.words + base + SetLayout.firstState)
  }

  /// Makes the memory this copy's alone.
  @inlinable @inline(__always) mutating func own() {
    if !isKnownUniquelyReferenced(&memory) { separate() }
  }

  @usableFromInline @inline(never) mutating func separate() { memory = CacheMemory(copying: memory) }

  /// A lookup of a translation that is not the set's most recent. What hits is left to another function, so that a miss
  /// needs no frame.
  @usableFromInline @inline(never) mutating func search(_ tag: UInt64, _ base: Int) -> Int {
    let slot = find(tag, base)
    return slot < 0 ? slot : use(slot, base)
  }

  /// Notes a use of the translation in a slot.
  @inline(never) private mutating func use(_ slot: Int, _ base: Int) -> Int {
    own()
    let words = memory.words
    words[base] = SetLayout.header(recentSlot: slot, vacancy: SetLayout.vacancy(words[base]))
    let way = slot &- base &- layout.firstTag
    if isPackedLRU { Recency.usePacked(way, state(base)) } else { touchOther(way, base) }
    return slot
  }

  /// Tells any other policy of a hit.
  @inline(never) private func touchOther(_ way: Int, _ base: Int) {
    if isLRU {
      UseLog.append(way, state(base), ways: layout.ways)
    } else if heedsHits {
      policy.replacement.touched(way, state(base), ways: layout.ways)
    }
  }

  /// The slot of `tag` in a set, or -1.
  @inline(__always) func find(_ tag: UInt64, _ base: Int) -> Int {
    let first = base &+ layout.firstTag
    let tags = memory.words + first
    let way: Int
    if layout.ways <= TagMarks.comparedWays {
      way = wayByComparing(tag, tags)
    } else if layout.ways <= TagMarks.maximumWays {
      way = wayByMarks(tag, memory.words + base + layout.firstMark, tags)
    } else {
      return memory.index?.find(tag, in: memory.words) ?? -1
    }
    return way < 0 ? way : first &+ way
  }

  /// Looks at every way, without a branch for each: where a hit lies is as hard to foretell as the accesses are.
  @inline(__always)
  private func wayByComparing(_ tag: UInt64, _ tags: UnsafeMutablePointer<UInt64>) -> Int {
    var found = 0
    if layout.ways == TagMarks.comparedWays {
      for way in 0..<TagMarks.comparedWays { found |= tags[way] == tag ? way &+ 1 : 0 }
    } else {
      for way in 0..<layout.ways { found |= tags[way] == tag ? way &+ 1 : 0 }
    }
    return found &- 1
  }

  @inline(__always)
  private func wayByMarks(
    _ tag: UInt64, _ marks: UnsafeMutablePointer<UInt64>, _ tags: UnsafeMutablePointer<UInt64>
  ) -> Int {
    var candidates = TagMarks.candidates(marks, ways: layout.ways, TagMarks.pattern(tag))
    while candidates != 0 {
      let way = TagMarks.way(of: candidates)
      if tags[way] == tag { return way }
      candidates &= candidates &- 1
    }
    return -1
  }

  @inline(__always) func isFull(_ base: Int) -> Bool { SetLayout.vacancy(memory.words[base]) == layout.ways }

  /// A fill of a full set under LRU.
  @inline(__always) func replaceLast(_ base: Int, _ tag: UInt64, _ payload: UInt64) -> Int {
    let words = memory.words
    let way = Recency.reuseLastPacked(state(base), ways: layout.ways)
    let slot = base &+ layout.firstTag &+ way
    words[base] = SetLayout.header(recentSlot: slot, vacancy: layout.ways)
    enter(tag, payload, way, slot, base)
    return slot
  }

  /// Writes a translation.
  @inline(__always)
  func enter(_ tag: UInt64, _ payload: UInt64, _ way: Int, _ slot: Int, _ base: Int) {
    memory.words[slot] = tag
    memory.words[slot &+ layout.ways] = payload
    if hasMarks { TagMarks.set(TagMarks.pattern(tag), way, memory.words + base + layout.firstMark) }
  }

  @inline(__always) private var hasMarks: Bool { layout.firstMark != layout.firstTag }

  /// A fill of any set under any policy.
  @inline(never) mutating func fillOther(_ base: Int, _ tag: UInt64, _ payload: UInt64) -> Int {
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
    enter(tag, payload, way, slot, base)
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
    if hasMarks { TagMarks.set(0, way, words + base + layout.firstMark) }
    let header = words[base]
    words[base] = SetLayout.header(
      recentSlot: SetLayout.recentSlot(header), vacancy: min(SetLayout.vacancy(header), way))
    occupied -= 1
  }

  /// Makes a set's ways invalid; the policy's state stays, as it does when they are dropped one by one.
  func clear(_ base: Int) {
    let first = base &+ layout.firstTag
    memory.words[base] = SetLayout.header(recentSlot: first, vacancy: 0)
    for mark in layout.firstMark..<layout.firstTag { memory.words[base &+ mark] = 0 }
    for way in 0..<layout.ways { memory.words[first &+ way] = Self.invalidTag }
  }
}
