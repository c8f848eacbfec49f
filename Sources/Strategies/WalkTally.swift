public import Results

/// What the walks of one walker count, split by cause as a ``Tally`` is: the counters that depend on MMU caches.
public struct WalkTally: Hashable, Sendable {
  fileprivate var steady = Counts()
  fileprivate var firstTouch = Counts()

  /// All zero.
  public init() {}

  fileprivate struct Counts: Hashable, Sendable {
    var walks: UInt64 = 0
    /// What completed walks after misses read and used.
    var completed = WalkReferences()
    var dirtyWalks: UInt64 = 0
    var dirtyReferences: UInt64 = 0
    var faultingReferences: UInt64 = 0
    /// Caches used by walks that did not complete after a miss: dirty and aborted ones.
    var others = WalkReferences()
  }

  mutating func count(_ references: WalkReferences, isUpgrade: Bool, isFirstTouch: Bool) {
    if isFirstTouch {
      firstTouch.count(references, isUpgrade: isUpgrade)
    } else {
      steady.count(references, isUpgrade: isUpgrade)
    }
  }

  mutating func countAborted(_ references: WalkReferences, isFirstTouch: Bool) {
    if isFirstTouch {
      firstTouch.countAborted(references)
    } else {
      steady.countAborted(references)
    }
  }

  /// Adds the counts to those of everything else.
  public func add(to tally: inout Tally) {
    steady.add(to: &tally.steady)
    firstTouch.add(to: &tally.firstTouch)
  }
}

extension WalkTally.Counts {
  fileprivate mutating func count(_ references: WalkReferences, isUpgrade: Bool) {
    if isUpgrade {
      dirtyWalks &+= 1
      dirtyReferences &+= references.total
      others += references
    } else {
      walks &+= 1
      completed += references
    }
  }

  fileprivate mutating func countAborted(_ references: WalkReferences) {
    faultingReferences &+= references.total
    others += references
  }

  fileprivate func add(to counters: inout Counters) {
    counters.walks += walks
    counters.walkReferencesGuest += completed.guest
    counters.walkReferencesHost += completed.host
    counters.walkReferencesShadow += completed.shadow
    counters.walkReferencesFaulting += faultingReferences
    counters.dirtyWalks += dirtyWalks
    counters.dirtyWalkReferences += dirtyReferences
    counters.guestWalkCacheHits += completed.guestCacheHits + others.guestCacheHits
    counters.hostWalkCacheHits += completed.hostCacheHits + others.hostCacheHits
    counters.nestedTLBHits += completed.nestedTLBHits + others.nestedTLBHits
    counters.nestedTLBMisses += completed.nestedTLBMisses + others.nestedTLBMisses
  }
}
