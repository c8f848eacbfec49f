/// Ranks items by how recently they were used, the most recent first, in O(log n) a use.
///
/// Each use takes the next slot of a log, and an item stands in the log once, at its last use: its rank is one more
/// than the number of slots taken above its own. A bit tells whether a slot is taken; bits are counted a word at a
/// time, and full words by a Fenwick tree. When the log is full, the slots taken move together at its start, which
/// comes to constant time a use, and items of which many are more recent are forgotten, so that memory is bounded.
///
/// Sources: Bennett and Kruskal, "LRU stack processing", IBM Journal of Research and Development 19(4), 1975 [M]; Fenwick,
/// "A new data structure for cumulative frequency tables", Software: Practice and Experience 24(3), 1994 [M].
struct RecencyRanks: Sendable {
  private static let none = UInt32.max

  /// The number of most recent items that are remembered in any case.
  private let limit: Int
  /// A bit for each slot: whether an item stands there.
  private var taken: [UInt64]
  /// At `i`, the slots taken in the full words `i & (i - 1)` to `i - 1`.
  private var sums: [Int32]
  private var itemOfSlot: [UInt32]
  private var slotOfItem: [UInt32] = []
  private var nextSlot = 0
  private var count = 0

  init(limit: Int, slots: Int = 1 << 12) {
    self.limit = limit
    taken = Array(repeating: 0, count: slots / 64)
    sums = Array(repeating: 0, count: slots / 64 + 1)
    itemOfSlot = Array(repeating: 0, count: slots)
  }

  /// Forgets every item.
  mutating func removeAll() { self = RecencyRanks(limit: limit) }

  /// Uses an item. Items are numbered from 0 in the order of their first use.
  ///
  /// - Returns: Its rank before, the most recent item's being 1; 0 where it is new or forgotten.
  @inline(__always) mutating func use(_ item: Int) -> Int {
    if nextSlot == itemOfSlot.count { moveTogether() }
    var rank = 0
    if item == slotOfItem.count {
      slotOfItem.append(UInt32(truncatingIfNeeded: nextSlot))
      count &+= 1
    } else {
      let slot = slotOfItem[item]
      slotOfItem[item] = UInt32(truncatingIfNeeded: nextSlot)
      if slot == Self.none { count &+= 1 } else { rank = leave(Int(slot)) }
    }
    let word = nextSlot &>> 6
    taken[word] |= 1 &<< UInt64(truncatingIfNeeded: nextSlot & 63)
    itemOfSlot[nextSlot] = UInt32(truncatingIfNeeded: item)
    nextSlot &+= 1
    if nextSlot & 63 == 0 { add(Int32(truncatingIfNeeded: taken[word].nonzeroBitCount), toWord: word) }
    return rank
  }

  /// Takes the item of a slot out of the log; its rank.
  @inline(__always) private mutating func leave(_ slot: Int) -> Int {
    let word = slot &>> 6
    let bit = UInt64(truncatingIfNeeded: slot & 63)
    let bits = taken[word]
    taken[word] = bits & ~(1 &<< bit)
    let rank = (bits &>> bit).nonzeroBitCount
    let open = nextSlot &>> 6
    guard word < open else { return rank }
    defer { add(-1, toWord: word) }
    return rank &+ taken(above: word, open: open)
  }

  /// The slots taken in the words above a full one. Most items were used lately: their few words are counted.
  @inline(__always) private func taken(above word: Int, open: Int) -> Int {
    var sum = 0
    if open &- word <= 6 {
      for later in word &+ 1...open { sum &+= taken[later].nonzeroBitCount }
      return sum
    }
    var index = word &+ 1
    while index > 0 {
      sum &+= Int(sums[index])
      index &= index &- 1
    }
    return count &- sum
  }

  @inline(__always) private mutating func add(_ difference: Int32, toWord word: Int) {
    var index = word &+ 1
    while index < sums.count {
      sums[index] &+= difference
      index &+= index & (0 &- index)
    }
  }

  /// Frees the log's slots that are not taken, and those of items beyond the limit.
  @inline(never) private mutating func moveTogether() {
    var excess = count - limit
    var kept = 0
    for word in taken.indices {
      var bits = taken[word]
      while bits != 0 {
        let item = itemOfSlot[word * 64 + bits.trailingZeroBitCount]
        bits &= bits - 1
        if excess > 0 {
          excess -= 1
          slotOfItem[Int(item)] = Self.none
        } else {
          itemOfSlot[kept] = item
          slotOfItem[Int(item)] = UInt32(kept)
          kept += 1
        }
      }
    }
    count = kept
    nextSlot = kept
    if 4 * kept > itemOfSlot.count { itemOfSlot += Array(repeating: 0, count: itemOfSlot.count) }
    takeFirst(kept)
  }

  /// Takes the first slots of the log, and no other.
  private mutating func takeFirst(_ slots: Int) {
    let words = itemOfSlot.count / 64
    taken = Array(repeating: 0, count: words)
    sums = Array(repeating: 0, count: words + 1)
    for word in 0..<slots / 64 {
      taken[word] = .max
      add(64, toWord: word)
    }
    if slots % 64 > 0 { taken[slots / 64] = 1 << UInt64(slots % 64) - 1 }
  }
}
