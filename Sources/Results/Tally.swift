/// Counters split by cause (semantics rule 18): *first touch*, the first access to a page or the first
/// establishment of a mapping, and *steady*, everything else.
@frozen public struct Tally: Sendable {
  /// Steady, then first touch. An array, because an accessor that yields one of two properties is never
  /// inlined: a loop of two counts through ``current`` took 26 ns so, and takes 6.
  @usableFromInline var causes: InlineArray<2, Counters>
  /// Which of the two ``current`` is; set by whoever knows the cause, before counting.
  public var isFirstTouch = false

  /// All zero, counting as steady.
  @inlinable public init() { causes = InlineArray(repeating: Counters()) }

  @inlinable public var steady: Counters {
    get { causes[0] }
    _modify { yield &causes[0] }
  }

  @inlinable public var firstTouch: Counters {
    get { causes[1] }
    _modify { yield &causes[1] }
  }

  /// The counters that events of the present cause go to.
  @inlinable public var current: Counters {
    get { causes[isFirstTouch ? 1 : 0] }
    _modify { yield &causes[isFirstTouch ? 1 : 0] }
  }

  /// Both causes together.
  public var total: Counters { firstTouch + steady }

  /// A counter or a sum of counters, both causes together.
  public func total(_ field: KeyPath<Counters, UInt64>) -> UInt64 {
    firstTouch[keyPath: field] + steady[keyPath: field]
  }

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

extension Tally: Hashable {
  public static func == (a: Tally, b: Tally) -> Bool {
    a.firstTouch == b.firstTouch && a.steady == b.steady && a.isFirstTouch == b.isFirstTouch
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(firstTouch)
    hasher.combine(steady)
    hasher.combine(isFirstTouch)
  }
}
