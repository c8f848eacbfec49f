/// How much work batches have in common: the number of different stages of each kind.
public struct SharedStages: Hashable, Sendable {
  /// Times that a trace is decoded.
  public private(set) var decodes = 0
  public private(set) var guestStages = 0
  /// First levels of TLBs that see or hold different things.
  public private(set) var firstLevels = 0
  /// Pairs of a first and a second level that see or hold different things.
  public private(set) var secondLevels = 0
  public private(set) var points = 0

  public init(_ batches: [Batch]) {
    for batch in batches {
      decodes += 1
      guestStages += Set(batch.points.map(GuestStageKey.init)).count
      firstLevels += Set(batch.points.map(FirstLevelKey.init)).count
      secondLevels += Set(batch.points.map(TLBKey.init)).count
      points += batch.points.count
    }
  }
}
