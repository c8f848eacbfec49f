public import Results

/// What a call of a strategy leaves behind beside its answer: counts, and invalidations the front end must apply.
public struct Effects: Sendable {
  /// Where events are counted, split into first touch and steady state.
  public var tally = Tally()
  /// Entries to drop, in order; the front end applies and empties the list.
  public var invalidations: [Invalidation] = []

  public init() {}

  /// Counts a completed walk: after a miss, or of an upgrade.
  mutating func countWalk(_ request: TranslationRequest, _ references: WalkReferences) {
    tally.current.guestWalkCacheHits &+= references.guestCacheHits
    tally.current.hostWalkCacheHits &+= references.hostCacheHits
    tally.current.nestedTLBHits &+= references.nestedTLBHits
    tally.current.nestedTLBMisses &+= references.nestedTLBMisses
    guard !request.isUpgrade else {
      tally.current.dirtyWalks &+= 1
      tally.current.dirtyWalkReferences &+= references.total
      return
    }
    tally.current.walks &+= 1
    tally.current.walkReferencesGuest &+= references.guest
    tally.current.walkReferencesHost &+= references.host
    tally.current.walkReferencesShadow &+= references.shadow
  }

  /// Counts a walk that a fault ended.
  mutating func countAbortedWalk(_ references: WalkReferences) {
    tally.current.guestWalkCacheHits &+= references.guestCacheHits
    tally.current.hostWalkCacheHits &+= references.hostCacheHits
    tally.current.nestedTLBHits &+= references.nestedTLBHits
    tally.current.nestedTLBMisses &+= references.nestedTLBMisses
    tally.current.walkReferencesFaulting &+= references.total
  }
}
