import Machines
import Replaying

/// How much work batches have in common: the number of different stages of each kind.
public struct SharedStages: Hashable, Sendable {
  /// Times that a trace is decoded.
  public private(set) var decodes = 0
  public private(set) var guestStages = 0
  /// First levels of TLBs that are simulated.
  public private(set) var firstLevels = 0
  /// Strategies with their tables.
  public private(set) var lanes = 0
  /// Second levels of TLBs that are simulated.
  public private(set) var secondLevels = 0
  public private(set) var points = 0

  public init(_ batches: [Batch]) {
    for batch in batches {
      decodes += 1
      guestStages += Set(batch.specifications.map(GuestStageKey.init)).count
      firstLevels += Self.count(batch.points.map(\.firstLevelKey))
      lanes += Self.count(batch.points.map(\.laneKey))
      secondLevels += Self.count(
        batch.points.map { point in
          point.laneKey.map { SecondLevelKey(lane: $0, level: point.specification.machine.l2) }
        })
      points += batch.points.count
    }
  }

  private struct SecondLevelKey: Hashable {
    var lane: LaneKey
    var level: Machine.SecondLevel
  }

  /// The number of different keys; points without one share with no other.
  private static func count<Key: Hashable>(_ keys: [Key?]) -> Int {
    keys.count { $0 == nil } + Set(keys.compactMap { $0 }).count
  }
}
