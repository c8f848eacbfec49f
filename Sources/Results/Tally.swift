/// Counters split by cause (semantics rule 18): *first touch*, the first access to a page or the first
/// establishment of a mapping, and *steady*, everything else.
@frozen public struct Tally: Hashable, Sendable {
  public var firstTouch = Counters()
  public var steady = Counters()
  /// Which of the two ``current`` is; set by whoever knows the cause, before counting.
  public var isFirstTouch = false

  /// All zero, counting as steady.
  @inlinable public init() {}

  /// The counters that events of the present cause go to.
  @inlinable @inline(__always) public var current: Counters {
    get { isFirstTouch ? firstTouch : steady }
    _modify {
      if isFirstTouch {
        yield &firstTouch
      } else {
        yield &steady
      }
    }
  }

  /// Both causes together.
  public var total: Counters { firstTouch + steady }

  public static func += (sum: inout Tally, other: Tally) {
    sum.firstTouch += other.firstTouch
    sum.steady += other.steady
  }

  /// What was counted between two moments; `a` is the later one. The cause set is that of `a`.
  public static func - (a: Tally, b: Tally) -> Tally {
    var difference = a
    difference.firstTouch = a.firstTouch - b.firstTouch
    difference.steady = a.steady - b.steady
    return difference
  }
}
