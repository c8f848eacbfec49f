public import Results

/// What a call of a strategy leaves behind beside its answer: counts, and invalidations the front end must apply.
///
/// A strategy may stand behind several second-level TLBs, and behind each for several machines with MMU caches of their
/// own: what walks cost is counted for each machine, everything else once for all of them.
public struct Effects: Sendable {
  /// Where events are counted, split into first touch and steady state.
  public var tally = Tally()
  /// What the walks of each machine counted.
  public var walkTallies: [WalkTally]
  /// Entries to drop, in order; the front end applies and empties the list.
  public var invalidations: [Invalidation] = []
  /// The second levels whose machines walk now; at first all. Room for as many as there are, of which the first
  /// ``turnCount`` are meant.
  private(set) var turns: [Turn]
  private(set) var turnCount = 0

  /// The turn of the machines behind one second-level TLB to walk.
  struct Turn: Sendable {
    var secondLevel: Int
    /// Whether a TLB holds the translation but does not let the access pass (semantics rule 7).
    var isUpgrade: Bool
  }

  /// - Parameters:
  ///   - machines: The number of machines that the strategy stands for.
  ///   - secondLevels: The number of second-level TLBs that they are behind.
  public init(machines: Int = 1, secondLevels: Int = 1) {
    walkTallies = Array(repeating: WalkTally(), count: machines)
    turns = Array(repeating: Turn(secondLevel: 0, isUpgrade: false), count: secondLevels)
    letAllWalk()
  }

  /// Lets no machine walk.
  public mutating func letNoneWalk() { turnCount = 0 }

  /// Lets every machine walk.
  public mutating func letAllWalk() {
    letNoneWalk()
    for secondLevel in turns.indices { letWalk(behind: secondLevel, isUpgrade: false) }
  }

  /// Lets those machines walk too that are behind a second level: after its miss, or where its entry does not let the
  /// access pass.
  public mutating func letWalk(behind secondLevel: Int, isUpgrade: Bool) {
    turns[turnCount] = Turn(secondLevel: secondLevel, isUpgrade: isUpgrade)
    turnCount &+= 1
  }

  /// Counts the walk of the only machine.
  mutating func countSoleWalk(_ references: WalkReferences, _ cause: WalkCause) {
    let isUpgrade = turnCount > 0 && turns[0].isUpgrade && !cause.contains(.aborted)
    walkTallies[0].count(references, isUpgrade ? cause.union(.upgrade) : cause)
  }
}
