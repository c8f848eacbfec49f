import Addressing

/// Finds the slot of a tag in constant time, for sets too wide to search way by way: open addressing with
/// linear probing, at most a quarter full, and deletion by shifting back, so that it never degrades.
@frozen @usableFromInline struct TagIndex: Sendable {
  /// Slot + 1 at each position, 0 where there is none.
  @usableFromInline var slots: [UInt32]
  @usableFromInline let shift: UInt64

  init(capacity: Int) {
    let bits = max(2, Int.bitWidth - (capacity * 4 - 1).leadingZeroBitCount)
    slots = [UInt32](repeating: 0, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  @inlinable @inline(__always) func home(_ tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The slot that holds `tag`, or -1.
  @inlinable @inline(__always) func find(_ tag: UInt64, in tags: [UInt64]) -> Int {
    var position = home(tag)
    while true {
      let slot = Int(slots[position]) &- 1
      if slot < 0 || tags[slot] == tag { return slot }
      position = (position &+ 1) & (slots.count &- 1)
    }
  }

  mutating func insert(_ tag: UInt64, slot: Int) {
    var position = home(tag)
    while slots[position] != 0 { position = (position + 1) & (slots.count - 1) }
    slots[position] = UInt32(slot + 1)
  }

  /// Removes `tag`, which must be there, while `tags` still holds it.
  mutating func remove(_ tag: UInt64, in tags: [UInt64]) {
    let mask = slots.count - 1
    var hole = home(tag)
    while tags[Int(slots[hole]) - 1] != tag { hole = (hole + 1) & mask }
    var position = hole
    while true {
      position = (position + 1) & mask
      guard slots[position] != 0 else { break }
      // An entry may move into the hole unless its home lies after the hole, on the way to its place.
      let distance = (position - home(tags[Int(slots[position]) - 1])) & mask
      if distance >= (position - hole) & mask {
        slots[hole] = slots[position]
        hole = position
      }
    }
    slots[hole] = 0
  }

  mutating func removeAll() {
    for position in slots.indices { slots[position] = 0 }
  }
}
