public import Results

/// What a call of a strategy leaves behind beside its answer: counts, and invalidations the front end must apply.
///
/// A strategy may stand behind several sets of MMU caches at once, each with a walker of its own: what one walk costs is
/// counted for each walker that walks, everything else once for all of them.
public struct Effects: Sendable {
  /// Where events are counted, split into first touch and steady state.
  public var tally = Tally()
  /// What each walker counted.
  public var walkTallies: [WalkTally]
  /// Entries to drop, in order; the front end applies and empties the list.
  public var invalidations: [Invalidation] = []
  /// The walkers that walk now; at first all. Room for as many groups as there may be, of which the first ``walkCount`` are.
  private(set) var walks: [Walk]
  private(set) var walkCount = 0
  /// What each walker read in this attempt.
  private var references: [WalkReferences]
  /// Whether the walks of this attempt are made and counted later.
  var areWalksDeferred = false

  /// Walkers behind one second-level TLB, which walk together.
  struct Walk: Sendable {
    var walkers: Range<Int>
    /// Whether a TLB holds the translation but does not let the access pass (semantics rule 7).
    var isUpgrade: Bool
  }

  /// - Parameter walkers: The number of walkers that the strategy has.
  public init(walkers: Int = 1) {
    walkTallies = Array(repeating: WalkTally(), count: walkers)
    walks = Array(repeating: Walk(walkers: 0..<0, isUpgrade: false), count: walkers)
    references = Array(repeating: WalkReferences(), count: walkers)
    letAllWalk()
  }

  /// Lets no walker walk.
  public mutating func letNoneWalk() { walkCount = 0 }

  /// Lets every walker walk.
  public mutating func letAllWalk() {
    letNoneWalk()
    letWalk(walkTallies.indices, isUpgrade: false)
  }

  /// Lets further walkers walk, those behind one second level: after its miss, or where its entry does not let the access
  /// pass.
  public mutating func letWalk(_ walkers: Range<Int>, isUpgrade: Bool) {
    walks[walkCount] = Walk(walkers: walkers, isUpgrade: isUpgrade)
    walkCount &+= 1
  }

  /// Notes what a walker read.
  mutating func note(_ references: WalkReferences, of walker: Int) { self.references[walker] = references }

  /// Counts the walks as completed: after a miss, or of an upgrade.
  mutating func countWalks() {
    guard !areWalksDeferred else { return }
    for index in 0..<walkCount {
      for walker in walks[index].walkers {
        walkTallies[walker].count(
          references[walker], isUpgrade: walks[index].isUpgrade, isFirstTouch: tally.isFirstTouch)
      }
    }
  }

  /// Counts the walks as ended by a fault.
  mutating func countAbortedWalks() {
    for index in 0..<walkCount {
      for walker in walks[index].walkers {
        walkTallies[walker].countAborted(references[walker], isFirstTouch: tally.isFirstTouch)
      }
    }
  }
}
