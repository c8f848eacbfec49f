public import Results

/// What the walks of one machine count: the counters that depend on MMU caches, by cause.
public struct WalkTally: Sendable {
  private var walks = InlineArray<8, UInt64>(repeating: 0)
  private var references = InlineArray<8, WalkReferences>(repeating: WalkReferences())

  /// All zero.
  public init() {}

  /// Counts a walk.
  @inline(__always) mutating func count(_ references: WalkReferences, _ cause: WalkCause) {
    countWalk(cause)
    self[cause] += references
  }

  /// Where to count what is read for walks of a cause, whose number is counted elsewhere.
  @inline(__always) subscript(cause: WalkCause) -> WalkReferences {
    get { references[Int(cause.rawValue)] }
    _modify { yield &references[Int(cause.rawValue)] }
  }

  /// Counts a walk but for what it read.
  @inline(__always) mutating func countWalk(_ cause: WalkCause) { walks[Int(cause.rawValue)] &+= 1 }

  static func += (sum: inout WalkTally, other: WalkTally) {
    for cause in 0..<WalkCause.count {
      sum.walks[cause] &+= other.walks[cause]
      sum.references[cause] += other.references[cause]
    }
  }

  /// Adds the counts to those of everything else.
  public func add(to tally: inout Tally) {
    for raw in 0..<WalkCause.count {
      let cause = WalkCause(rawValue: UInt8(raw))
      if cause.contains(.firstTouch) {
        add(cause, to: &tally.firstTouch)
      } else {
        add(cause, to: &tally.steady)
      }
    }
  }

  private func add(_ cause: WalkCause, to counters: inout Counters) {
    let (walks, references) = (walks[Int(cause.rawValue)], references[Int(cause.rawValue)])
    if cause.contains(.aborted) {
      counters.walkReferencesFaulting += references.total
    } else if cause.contains(.upgrade) {
      counters.dirtyWalks += walks
      counters.dirtyWalkReferences += references.total
    } else {
      counters.walks += walks
      counters.walkReferencesGuest += references.guest
      counters.walkReferencesHost += references.host
      counters.walkReferencesShadow += references.shadow
    }
    counters.guestWalkCacheHits += references.guestCacheHits
    counters.hostWalkCacheHits += references.hostCacheHits
    counters.nestedTLBHits += references.nestedTLBHits
    counters.nestedTLBMisses += references.nestedTLBMisses
  }
}
