import Replaying

/// How much work batches have in common: the number of different stages of each kind.
public struct SharedStages: Hashable, Sendable {
  /// Times that a trace is decoded.
  public private(set) var decodes = 0
  public private(set) var guestStages = 0
  /// First levels of TLBs that are simulated.
  public private(set) var firstLevels = 0
  public private(set) var points = 0

  public init(_ batches: [Batch]) {
    for batch in batches {
      decodes += 1
      guestStages += Set(batch.specifications.map(GuestStageKey.init)).count
      firstLevels += batch.firstLevels
      points += batch.points.count
    }
  }
}

extension Batch {
  /// The first levels of TLBs that the points need together.
  var firstLevels: Int {
    let keys = specifications.map(FirstLevelKey.init)
    return keys.count { $0 == nil } + Set(keys.compactMap { $0 }).count
  }
}
