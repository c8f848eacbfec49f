/// Finds the slot of a tag in constant time, for sets too wide to be searched way by way: open addressing with
/// linear probing, at most a quarter full, and deletion by shifting back, so that it never degrades.
///
/// Part of ``CacheMemory`` and under its reasons for bare pointers.
struct TagIndex {
  /// Slot + 1 at each position, 0 where there is none.
  private let slots: UnsafeMutablePointer<UInt32>
  private let mask: Int
  private let shift: UInt64

  init(capacity: Int) {
    let bits = Int.bitWidth - (capacity * 4 - 1).leadingZeroBitCount
    mask = (1 << bits) - 1
    shift = UInt64(64 - bits)
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: 0, count: mask + 1)
  }

  init(copying other: TagIndex) {
    mask = other.mask
    shift = other.shift
    slots = .allocate(capacity: mask + 1)
    slots.initialize(from: other.slots, count: mask + 1)
  }

  func deallocate() { slots.deallocate() }

  @inline(__always) private func home(_ tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The slot that holds `tag`, or -1.
  @inline(__always) func find(_ tag: UInt64, in tags: UnsafeMutablePointer<UInt64>) -> Int {
    var position = home(tag)
    while true {
      let slot = Int(truncatingIfNeeded: slots[position]) &- 1
      if slot < 0 || tags[slot] == tag { return slot }
      position = (position &+ 1) & mask
    }
  }

  func insert(_ tag: UInt64, slot: Int) {
    var position = home(tag)
    while slots[position] != 0 { position = (position &+ 1) & mask }
    slots[position] = UInt32(truncatingIfNeeded: slot &+ 1)
  }

  /// Removes `tag`, which must be there, while `tags` still holds it.
  func remove(_ tag: UInt64, in tags: UnsafeMutablePointer<UInt64>) {
    var hole = home(tag)
    while tags[Int(truncatingIfNeeded: slots[hole]) &- 1] != tag { hole = (hole &+ 1) & mask }
    var position = hole
    while true {
      position = (position &+ 1) & mask
      let slot = Int(truncatingIfNeeded: slots[position]) &- 1
      guard slot >= 0 else { break }
      // What stands here may move into the hole unless its home lies behind the hole.
      if (position &- home(tags[slot])) & mask >= (position &- hole) & mask {
        slots[hole] = slots[position]
        hole = position
      }
    }
    slots[hole] = 0
  }

  func removeAll() { slots.update(repeating: 0, count: mask + 1) }
}
