/// Finds the slot of a tag in constant time, for sets too wide to be searched way by way: hash buckets, four an
/// entry, each the head of a chain of slots.
///
/// Part of ``CacheMemory`` and under its reasons for bare pointers.
struct TagIndex {
  /// Slot + 1 at the head of each bucket's chain, 0 where it is empty.
  private let heads: UnsafeMutablePointer<UInt32>
  /// By slot, slot + 1 of the next in its chain.
  private let next: UnsafeMutablePointer<UInt32>
  private let buckets: Int
  private let slots: Int
  private let shift: UInt64

  /// - Parameters:
  ///   - entries: The number of tags at most.
  ///   - slots: A bound of the slots that hold them.
  init(entries: Int, slots: Int) {
    let bits = Int.bitWidth - (entries * 4 - 1).leadingZeroBitCount
    self.slots = slots
    buckets = 1 << bits
    shift = UInt64(64 - bits)
    heads = .allocate(capacity: buckets)
    heads.initialize(repeating: 0, count: buckets)
    next = .allocate(capacity: slots)
    next.initialize(repeating: 0, count: slots)
  }

  init(copying other: TagIndex) {
    slots = other.slots
    buckets = other.buckets
    shift = other.shift
    heads = .allocate(capacity: buckets)
    heads.initialize(from: other.heads, count: buckets)
    next = .allocate(capacity: slots)
    next.initialize(from: other.next, count: slots)
  }

  func deallocate() {
    heads.deallocate()
    next.deallocate()
  }

  /// The multiplier is 2^64 over the golden ratio, which spreads runs of neighbouring numbers evenly [D].
  @inline(__always) private func bucket(_ tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  /// The slot that holds `tag`, or -1.
  @inline(__always) func find(_ tag: UInt64, in tags: UnsafeMutablePointer<UInt64>) -> Int {
    var slot = Int(truncatingIfNeeded: heads[bucket(tag)]) &- 1
    while slot >= 0 && tags[slot] != tag { slot = Int(truncatingIfNeeded: next[slot]) &- 1 }
    return slot
  }

  @inline(__always) func insert(_ tag: UInt64, slot: Int) {
    let bucket = bucket(tag)
    next[slot] = heads[bucket]
    heads[bucket] = UInt32(truncatingIfNeeded: slot &+ 1)
  }

  /// Removes `tag`, which `slot` holds.
  @inline(__always) func remove(_ tag: UInt64, slot: Int) {
    let bucket = bucket(tag)
    let link = UInt32(truncatingIfNeeded: slot &+ 1)
    if heads[bucket] == link {
      heads[bucket] = next[slot]
    } else {
      var before = Int(truncatingIfNeeded: heads[bucket]) &- 1
      while next[before] != link { before = Int(truncatingIfNeeded: next[before]) &- 1 }
      next[before] = next[slot]
    }
  }

  func removeAll() { heads.update(repeating: 0, count: buckets) }
}
