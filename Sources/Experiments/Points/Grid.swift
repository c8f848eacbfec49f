public import Machines
import Replaying
import Strategies

/// The points that a plan comes to.
public struct Grid: Sendable {
  /// Combinations of the plan's values, those that constraints exclude included.
  public let combinations: Int
  /// Combinations that meet every constraint.
  public let admitted: Int
  /// The points that can differ, in the plan's order: of combinations that count the same, the first.
  public let points: [Point]

  /// Makes every point of a plan.
  ///
  /// - Parameters:
  ///   - machines: What each of the plan's ``SweepPlan/machines`` is.
  ///   - traces: What is known of each of the plan's ``SweepPlan/traces``.
  /// - Throws: ``PlanError`` for values that mean nothing, for machines that cannot be, and for an empty grid.
  public init(
    _ plan: SweepPlan, machines: [String: MachineDescription], traces: [String: TraceFacts]
  ) throws(PlanError) {
    var bases: [String: (description: MachineDescription, machine: Machine)] = [:]
    for (name, description) in machines {
      do throws(MachineError) { bases[name] = (description, try description.machine()) } catch {
        throw .impossiblePoint("machine=\(name)", error)
      }
    }
    var points: [Point] = []
    var seen: Set<StableDigest> = []
    var admitted = 0
    combinations = try Self.forEachCombination(plan.groups) { varying throws(PlanError) in
      let given = (plan.constants + varying).last { $0.key == PlanVocabulary.Special.machine.rawValue }
      guard let base = bases[given?.value ?? Preset.default.name] else { return }
      let combination = Combination(
        constants: plan.constants, varying: varying, on: base, plan.vocabulary)
      for constraint in plan.constraints { guard try constraint.isMet(by: combination) else { return } }
      admitted += 1
      guard let point = try Self.point(combination, traces) else { return }
      if seen.insert(point.substance).inserted { points.append(point) }
    }
    guard !points.isEmpty else { throw .emptyGrid(combinations: combinations) }
    self.points = points
    self.admitted = admitted
  }

  /// Visits every combination, the last group advancing fastest; how many there are.
  private static func forEachCombination(
    _ groups: [AxisGroup], _ visit: ([Assignment]) throws(PlanError) -> Void
  ) throws(PlanError) -> Int {
    var count = 1
    for group in groups {
      count *= group.count
      guard count <= SweepPlan.combinationLimit else {
        throw .tooManyCombinations(limit: SweepPlan.combinationLimit)
      }
    }
    for number in 0..<count {
      var rest = number
      var assignments: [[Assignment]] = []
      for group in groups.reversed() {
        assignments.append(group.assignments(at: rest % group.count))
        rest /= group.count
      }
      try visit(assignments.reversed().flatMap { $0 })
    }
    return count
  }

  private static func point(
    _ combination: Combination, _ traces: [String: TraceFacts]
  ) throws(PlanError) -> Point? {
    guard let trace = combination[.trace].flatMap({ traces[$0] }), let name = combination[.strategy] else {
      return nil
    }
    let described = try combination.specification()
    let parameters = described.strategies[name] ?? [:]
    let strategy: any TranslationStrategy.Type
    do throws(StrategyError) {
      strategy = try StrategyRegistry.strategy(named: name)
      _ = try StrategyParameters(parameters, of: name, strategy.parameters)
    } catch {
      throw .strategy(error)
    }
    return Point(
      trace: trace, options: try ReplayOptions(combination),
      specification: LaneSpecification(
        machine: described.machine, strategy: strategy, parameters: parameters),
      label: combination.label)
  }
}
