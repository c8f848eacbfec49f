/// How many references were found at each distance of an LRU stack.
public struct DistanceHistogram: Hashable, Sendable {
  /// At `d`, the references of distance `d`; at 0, those that were found at none.
  var counts: [UInt64]

  /// - Parameter limit: The largest distance that is told from larger ones.
  init(limit: Int) { counts = Array(repeating: 0, count: limit + 1) }

  /// The largest distance that is told from larger ones.
  public var limit: Int { counts.count - 1 }

  /// The references counted.
  public var references: UInt64 { counts.reduce(0, +) }

  /// The misses of LRU structures of 1 to ``limit`` entries (of one set), in order.
  public var misses: [UInt64] {
    var misses = Array(repeating: counts[0], count: limit)
    for entries in stride(from: limit - 1, to: 0, by: -1) {
      misses[entries - 1] = misses[entries] + counts[entries + 1]
    }
    return misses
  }

  @inline(__always) mutating func add(_ distance: Int) { counts[distance] &+= 1 }

  mutating func reset() { self = DistanceHistogram(limit: limit) }
}
