/// How far a sweep is.
public struct SweepStatus: Hashable, Sendable {
  public var plan: String
  /// Points of the plan.
  public var planned: Int
  /// Those that are not finished, in the plan's order.
  public var missing: [PlannedPoint]

  public init(plan: String, planned: Int, missing: [PlannedPoint]) {
    self.plan = plan
    self.planned = planned
    self.missing = missing
  }

  public var finished: Int { planned - missing.count }
}
