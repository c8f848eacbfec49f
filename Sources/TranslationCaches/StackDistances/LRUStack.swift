/// The most recently used translations, in the order of their use: one stack answers for the fully associative LRU
/// structures of every size up to its own. A reference at distance d hits in those of d entries or more
/// (``StackDistances``, which knows no bound, has the source).
///
/// A hash table finds a translation's place. Its distance is the number of places that were used since, which are
/// compared by the times of their last uses, sixteen at once: few enough that this takes no longer than better algorithms
/// for many.
public struct LRUStack: Sendable {
  /// Places at most.
  public static let maximumEntries = 128

  private struct Place: Sendable {
    var tag: UInt64
    var payload: UInt64
    /// The places used next after and last before this one; in a ring with the place behind the last, which is its head.
    var newer: UInt8
    var older: UInt8
  }

  private let capacity: Int
  private var places: [Place]
  /// By place, when it was used last; 0 where nothing is.
  private var times: [SIMD16<Int16>]
  private var now: Int16 = 0
  private var count = 0
  /// Open addressing, a quarter full: place + 1, or 0.
  private var buckets: [UInt8]
  private let shift: UInt64

  /// - Parameter entries: Of the largest structure; 1 to ``maximumEntries``.
  public init(entries: Int) {
    precondition((1...Self.maximumEntries).contains(entries), "no such stack")
    capacity = entries
    let head = UInt8(entries)
    places = Array(repeating: Place(tag: 0, payload: 0, newer: head, older: head), count: entries + 1)
    times = Array(repeating: SIMD16(repeating: 0), count: (entries + 15) / 16)
    let bits = Int.bitWidth - (4 * entries - 1).leadingZeroBitCount
    buckets = Array(repeating: 0, count: 1 << bits)
    shift = UInt64(64 - bits)
  }

  /// Uses a translation, and enters it where it is not there.
  ///
  /// - Returns: Its distance, 1 for the most recent, and what it was entered with; nil where it was not there.
  public mutating func use(_ tag: UInt64, payload: UInt64) -> (distance: Int, payload: UInt64)? {
    let bucket = bucket(of: tag)
    guard buckets[bucket] != 0 else {
      enter(tag, payload, at: bucket)
      return nil
    }
    let place = Int(buckets[bucket]) &- 1
    let payload = places[place].payload
    guard Int(places[capacity].older) != place else { return (1, payload) }
    let distance = 1 &+ usedSince(place)
    moveToFront(place)
    return (distance, payload)
  }

  /// Drops everything.
  public mutating func removeAll() { self = LRUStack(entries: capacity) }

  @inline(__always) private func usedSince(_ place: Int) -> Int {
    let time = SIMD16(repeating: times[place &>> 4][place & 15])
    var since = SIMD16<Int16>(repeating: 0)
    for others in times { since.replace(with: since &+ 1, where: others .> time) }
    return Int(since.wrappedSum())
  }

  private mutating func enter(_ tag: UInt64, _ payload: UInt64, at bucket: Int) {
    var bucket = bucket
    let place: Int
    if count < capacity {
      place = count
      count += 1
    } else {
      place = Int(places[capacity].newer)
      remove(places[place].tag)
      bucket = self.bucket(of: tag)
      unlink(place)
    }
    places[place].tag = tag
    places[place].payload = payload
    buckets[bucket] = UInt8(truncatingIfNeeded: place &+ 1)
    link(place)
  }

  private mutating func moveToFront(_ place: Int) {
    unlink(place)
    link(place)
  }

  /// Makes a place the most recent.
  @inline(__always) private mutating func link(_ place: Int) {
    if now == .max { renumber() }
    now &+= 1
    times[place &>> 4][place & 15] = now
    let head = capacity
    var places = places.mutableSpan
    let newest = places[head].older
    places[place].newer = UInt8(truncatingIfNeeded: head)
    places[place].older = newest
    places[Int(newest)].newer = UInt8(truncatingIfNeeded: place)
    places[head].older = UInt8(truncatingIfNeeded: place)
  }

  @inline(__always) private mutating func unlink(_ place: Int) {
    var places = places.mutableSpan
    let (newer, older) = (places[place].newer, places[place].older)
    places[Int(newer)].older = older
    places[Int(older)].newer = newer
  }

  /// Gives uses new times in their order.
  @inline(never) private mutating func renumber() {
    var place = Int(places[capacity].newer)
    now = 0
    while place != capacity {
      now += 1
      times[place >> 4][place & 15] = now
      place = Int(places[place].newer)
    }
  }

  /// The bucket of a tag, or the free one that it would take. The multiplier is 2^64 over the golden ratio [D].
  @inline(__always) private func bucket(of tag: UInt64) -> Int {
    var bucket = home(of: tag)
    while buckets[bucket] != 0 && places[Int(buckets[bucket]) &- 1].tag != tag { bucket = next(bucket) }
    return bucket
  }

  @inline(__always) private func home(of tag: UInt64) -> Int {
    Int(truncatingIfNeeded: (tag &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  @inline(__always) private func next(_ bucket: Int) -> Int { (bucket &+ 1) & (buckets.count &- 1) }

  /// Frees the bucket of a tag, and moves up those behind it that were pushed there.
  private mutating func remove(_ tag: UInt64) {
    let mask = buckets.count &- 1
    var free = bucket(of: tag)
    var bucket = next(free)
    while buckets[bucket] != 0 {
      let home = home(of: places[Int(buckets[bucket]) &- 1].tag)
      if (bucket &- home) & mask >= (bucket &- free) & mask {
        buckets[free] = buckets[bucket]
        free = bucket
      }
      bucket = next(bucket)
    }
    buckets[free] = 0
  }
}
