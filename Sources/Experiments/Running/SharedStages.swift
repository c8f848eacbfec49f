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
  /// Lookups that they take for a miss of the first level: one for all of a stack (``Machine/SecondLevel/stack``).
  public private(set) var secondLevelStacks = 0
  public private(set) var points = 0

  public init(_ batches: [Batch]) {
    for batch in batches {
      decodes += 1
      guestStages += Set(batch.specifications.map(GuestStageKey.init)).count
      firstLevels += Self.count(batch.points.map(\.firstLevelKey))
      lanes += Self.count(batch.points.map(\.laneKey))
      secondLevels += Self.countLevels(batch) { $0 }
      secondLevelStacks += Self.countLevels(batch) { $0.stack ?? $0 }
      points += batch.points.count
    }
  }

  /// The number of second levels that differ in what a function makes of them.
  private static func countLevels(
    _ batch: Batch, _ transform: (Machine.SecondLevel) -> Machine.SecondLevel
  ) -> Int {
    count(
      batch.points.map { point in
        point.laneKey.map { SecondLevelKey(lane: $0, level: transform(point.specification.machine.l2)) }
      })
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
