/// The most recently used translations, in the order of their use: one stack answers for the fully associative LRU
/// structures of every size up to its own. A reference at distance d hits in those of d entries or more
/// (``StackDistances``, which knows no bound, has the source).
///
/// A use takes a fixed number of steps: a hash table finds the translation's place, and the places used since are
/// counted by bits of a log of uses.
public struct LRUStack: Sendable {
  /// Places at most: their uses are counted in a few words.
  public static let maximumEntries = 256

  private let capacity: Int
  /// By place, the tag there and what came with it.
  private var tags: [UInt64] = []
  private var payloads: [UInt64] = []
  private var ranks: RecencyRanks
  /// Open addressing, a quarter full: place + 1, or 0.
  private var buckets: [UInt16]
  private let shift: UInt64

  /// - Parameter entries: Of the largest structure; 1 to ``maximumEntries``.
  public init(entries: Int) {
    precondition((1...Self.maximumEntries).contains(entries), "no such stack")
    capacity = entries
    ranks = RecencyRanks(limit: entries, slots: 8 * max(64, entries))
    let bits = Int.bitWidth - (4 * entries - 1).leadingZeroBitCount
    buckets = Array(repeating: 0, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  /// Whether a translation is there; nothing changes.
  public func contains(_ tag: UInt64) -> Bool { buckets[bucket(of: tag)] != 0 }

  /// Uses a translation, and enters it where it is not there.
  ///
  /// - Returns: Its distance, 1 for the most recent, and what it was entered with; nil where it was not there.
  public mutating func use(_ tag: UInt64, payload: UInt64) -> (distance: Int, payload: UInt64)? {
    let bucket = bucket(of: tag)
    if buckets[bucket] != 0 {
      let place = Int(buckets[bucket]) &- 1
      return (ranks.use(place), payloads[place])
    }
    enter(tag, payload, bucket)
    return nil
  }

  private mutating func enter(_ tag: UInt64, _ payload: UInt64, _ bucket: Int) {
    let place: Int
    if tags.count < capacity {
      place = tags.count
      tags.append(tag)
      payloads.append(payload)
      buckets[bucket] = UInt16(truncatingIfNeeded: place &+ 1)
    } else {
      place = ranks.leastRecent
      remove(tags[place])
      tags[place] = tag
      payloads[place] = payload
      buckets[self.bucket(of: tag)] = UInt16(truncatingIfNeeded: place &+ 1)
    }
    _ = ranks.use(place)
  }

  /// Drops everything.
  public mutating func removeAll() { self = LRUStack(entries: capacity) }

  /// The bucket of a tag, or the free one that it would take. The multiplier is 2^64 over the golden ratio [D].
  @inline(__always) private func bucket(of tag: UInt64) -> Int {
    var bucket = home(of: tag)
    while buckets[bucket] != 0 && tags[Int(buckets[bucket]) &- 1] != tag { bucket = next(bucket) }
    return bucket
  }

  @inline(__always) private func home(of tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  @inline(__always) private func next(_ bucket: Int) -> Int { (bucket &+ 1) & (buckets.count &- 1) }

  /// Frees the bucket of a tag, and moves up those behind it that were pushed there.
  private mutating func remove(_ tag: UInt64) {
    var free = bucket(of: tag)
    var bucket = next(free)
    while buckets[bucket] != 0 {
      let home = home(of: tags[Int(buckets[bucket]) &- 1])
      let mask = buckets.count &- 1
      if (bucket &- home) & mask >= (bucket &- free) & mask {
        buckets[free] = buckets[bucket]
        free = bucket
      }
      bucket = next(bucket)
    }
    buckets[free] = 0
  }
}
