// The sets of an LRU structure as stacks: what is used last in a set of some ways is what a set of fewer ways holds (Mattson
// and others, IBM Systems Journal 9(2), 1970 `[M]`). So one structure answers for all of its number of sets that have fewer
// ways, as long as all see the same lookups and fills; also where invalid ways lie between valid ones (semantics rule 23).
extension TranslationCache {
  /// A translation that was found, and how many ways a set needs at least to hold it.
  struct Stacked {
    var slot: Int
    var distance: Int
  }

  /// Looks a translation up, which counts as used in the structures that hold it and, as those that do not will fill it, is
  /// the most recent in all of them. Nil when it is in none, and nothing changes.
  ///
  /// The policy must be LRU, with 16 ways at most.
  mutating func lookupStacked(tag: UInt64, index: UInt64) -> Stacked? {
    let base = base(of: index)
    let slot = find(tag, base)
    guard slot >= 0 else { return nil }
    own()
    let words = memory.words
    let way = slot &- base &- layout.firstTag
    let position = Recency.positionPacked(way, state(base))
    if position > 0 {
      if SetLayout.vacancy(words[base]) < layout.ways { giveHole(to: way, at: position, base) }
      Recency.usePacked(way, state(base))
    }
    words[base] = SetLayout.header(recentSlot: slot, vacancy: SetLayout.vacancy(words[base]))
    return Stacked(slot: slot, distance: position &+ 1)
  }

  /// The same of a translation; nothing changes.
  func probeStacked(tag: UInt64, index: UInt64) -> Stacked? {
    let base = base(of: index)
    let slot = find(tag, base)
    guard slot >= 0 else { return nil }
    let way = slot &- base &- layout.firstTag
    return Stacked(slot: slot, distance: Recency.positionPacked(way, state(base)) &+ 1)
  }

  /// Lets a way change places with the first invalid one that was used later: the sets that have that one, but not this, are
  /// not full, and fill it; those that have both keep an invalid way.
  private func giveHole(to way: Int, at position: Int, _ base: Int) {
    let state = state(base)
    for earlier in 0..<position {
      let hole = Recency.wayPacked(at: earlier, state)
      guard memory.words[base &+ layout.firstTag &+ hole] == Self.invalidTag else { continue }
      Recency.swapPacked(earlier, position, state)
      return
    }
  }

  /// Enters a translation that is in none of the structures: into the invalid way that was used last, which those of fewer
  /// ways may have too; else into the way used longest ago. Returns its slot.
  mutating func fillStacked(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    let base = base(of: index)
    guard !isFull(base), let way = recentHole(base) else { return fillInline(tag, index, payload) }
    own()
    let slot = base &+ layout.firstTag &+ way
    let vacancy = SetLayout.vacancy(memory.words[base])
    memory.words[base] = SetLayout.header(recentSlot: slot, vacancy: way == vacancy ? vacancy &+ 1 : vacancy)
    enter(tag, payload, way, slot, base)
    Recency.usePacked(way, state(base))
    occupied += 1
    return slot
  }

  /// The invalid way of a set that was used last, if there is one.
  private func recentHole(_ base: Int) -> Int? {
    (0..<layout.ways).lazy.map { Recency.wayPacked(at: $0, state(base)) }
      .first { memory.words[base &+ layout.firstTag &+ $0] == Self.invalidTag }
  }
}
