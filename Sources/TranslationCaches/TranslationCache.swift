import Addressing

/// A set-associative structure of translations: a TLB, a page-walk cache, a nested TLB.
///
/// A translation is found by its *tag*, which names it uniquely, in the set that its *index* (a page number) selects
/// modulo the number of sets; one tag always comes with one index. It keeps its *slot* as long as it stays.
/// The structure keeps no counts: who looks up knows what it asks for.
public struct TranslationCache: Sendable {
  public let geometry: Geometry
  public let policy: ReplacementPolicy
  /// The number of valid entries.
  public private(set) var occupied = 0

  let ways: Int
  let sets: UInt64
  /// By slot; ``invalidTag`` where the slot is empty.
  var tags: [UInt64]
  var payloads: [UInt64]
  var replacement: any Replacement
  var index: TagIndex?
  var random: SplitMix64

  /// The one value that is no tag.
  public static let invalidTag = UInt64.max

  /// The widest set that is searched way by way.
  static let searchedWays = 16

  /// An empty structure. `seed` matters to random replacement alone.
  public init(_ geometry: Geometry, _ policy: ReplacementPolicy, seed: UInt64) throws(TranslationCacheError) {
    try policy.check(geometry)
    self.geometry = geometry
    self.policy = policy
    ways = geometry.ways
    sets = UInt64(geometry.sets)
    tags = [UInt64](repeating: Self.invalidTag, count: geometry.entries)
    payloads = [UInt64](repeating: 0, count: geometry.entries)
    replacement = policy.replacement.init(sets: geometry.sets, ways: geometry.ways)
    index = geometry.ways > Self.searchedWays ? TagIndex(capacity: geometry.entries) : nil
    random = SplitMix64(seed: seed)
  }

  /// The slot of the translation, which counts as used; -1 when it is not there, and nothing changes.
  public mutating func lookup(tag: UInt64, index: UInt64) -> Int {
    let slot = probe(tag: tag, index: index)
    if slot >= 0 {
      replacement.touched(slot % ways, set: slot / ways)
    }
    return slot
  }

  /// The slot of the translation, or -1; nothing changes.
  public func probe(tag: UInt64, index: UInt64) -> Int {
    if let tagIndex = self.index { return tagIndex.find(tag, in: tags) }
    let first = firstSlot(index)
    return tags[first..<first + ways].firstIndex(of: tag) ?? -1
  }

  /// Enters a translation that is not there: into the lowest invalid way of its set, else into the way that the
  /// policy gives up. Returns its slot.
  @discardableResult
  public mutating func fill(tag: UInt64, index: UInt64, payload: UInt64) -> Int {
    assert(tag != Self.invalidTag, "this value marks an empty slot")
    assert(probe(tag: tag, index: index) < 0, "the translation is already there")
    let first = firstSlot(index)
    let slot: Int
    if let free = tags[first..<first + ways].firstIndex(of: Self.invalidTag) {
      slot = free
      occupied += 1
    } else {
      slot = first + replacement.victim(set: first / ways, random: &random)
      self.index?.remove(tags[slot], in: tags)
    }
    tags[slot] = tag
    payloads[slot] = payload
    self.index?.insert(tag, slot: slot)
    replacement.filled(slot - first, set: first / ways)
    return slot
  }

  /// What was stored with the translation in `slot`.
  public subscript(slot: Int) -> UInt64 {
    get { payloads[slot] }
    set { payloads[slot] = newValue }
  }

  /// The tag in `slot`; ``invalidTag`` where it is empty.
  public func tag(at slot: Int) -> UInt64 { tags[slot] }

  /// Drops a translation; tells whether it was there.
  @discardableResult
  public mutating func invalidate(tag: UInt64, index: UInt64) -> Bool {
    let slot = probe(tag: tag, index: index)
    guard slot >= 0 else { return false }
    drop(slot)
    return true
  }

  /// Drops every translation.
  public mutating func invalidateAll() {
    guard occupied > 0 else { return }
    for slot in tags.indices { tags[slot] = Self.invalidTag }
    index?.removeAll()
    occupied = 0
  }

  /// Drops the translations whose tag and payload satisfy `condition`, asked in slot order; returns their number.
  @discardableResult
  public mutating func invalidate(where condition: (_ tag: UInt64, _ payload: UInt64) -> Bool) -> Int {
    guard occupied > 0 else { return 0 }
    let before = occupied
    for slot in tags.indices where tags[slot] != Self.invalidTag && condition(tags[slot], payloads[slot]) {
      drop(slot)
    }
    return before - occupied
  }

  private mutating func drop(_ slot: Int) {
    index?.remove(tags[slot], in: tags)
    tags[slot] = Self.invalidTag
    occupied -= 1
  }

  private func firstSlot(_ index: UInt64) -> Int { Int(truncatingIfNeeded: index % sets) * ways }
}
