public import Machines
import Replaying
import Strategies
public import Workers

/// The points that a plan comes to.
public struct Grid: Sendable {
  /// Combinations of the plan's values, those that constraints exclude included.
  public let combinations: Int
  /// Combinations that meet every constraint.
  public let admitted: Int
  /// The points that can differ, in the plan's order: of combinations that count the same, the first.
  public let points: [Point]

  private typealias Base = (description: MachineDescription, machine: Machine)

  /// Makes every point of a plan.
  ///
  /// - Parameters:
  ///   - machines: What each of the plan's ``SweepPlan/machines`` is.
  ///   - traces: What is known of each of the plan's ``SweepPlan/traces``.
  ///   - pool: Who makes them.
  /// - Throws: ``PlanError`` for values that mean nothing, for machines that cannot be, and for an empty grid.
  public init(
    _ plan: SweepPlan, machines: [String: MachineDescription], traces: [String: TraceFacts],
    pool: WorkerPool = .one
  ) throws(PlanError) {
    var bases: [String: Base] = [:]
    for (name, description) in machines {
      do throws(MachineError) { bases[name] = (description, try description.machine()) } catch {
        throw .impossiblePoint("machine=\(name)", error)
      }
    }
    combinations = try Self.combinations(plan.groups)
    var points: [Point] = []
    var seen: Set<StableDigest> = []
    var admitted = 0
    // A part at a time, as many points may be the same as others.
    for start in stride(from: 0, to: combinations, by: 4096) {
      let made = pool.map(min(4096, combinations - start)) { [bases] place in
        Result { () throws(PlanError) in try Self.point(start + place, plan, bases, traces) }
      }
      for result in made {
        guard let point = try result.get() else { continue }
        admitted += 1
        if seen.insert(point.substance).inserted { points.append(point) }
      }
    }
    guard !points.isEmpty else { throw .emptyGrid(combinations: combinations) }
    self.points = points
    self.admitted = admitted
  }

  private static func combinations(_ groups: [AxisGroup]) throws(PlanError) -> Int {
    var count = 1
    for group in groups {
      count *= group.count
      guard count <= SweepPlan.combinationLimit else {
        throw .tooManyCombinations(limit: SweepPlan.combinationLimit)
      }
    }
    return count
  }

  /// The values of a combination; the last group advances fastest.
  private static func assignments(_ number: Int, _ groups: [AxisGroup]) -> [Assignment] {
    var rest = number
    var assignments: [[Assignment]] = []
    for group in groups.reversed() {
      assignments.append(group.assignments(at: rest % group.count))
      rest /= group.count
    }
    return assignments.reversed().flatMap { $0 }
  }

  /// The point of a combination; nil where a constraint excludes it.
  private static func point(
    _ number: Int, _ plan: SweepPlan, _ bases: [String: Base], _ traces: [String: TraceFacts]
  ) throws(PlanError) -> Point? {
    let varying = assignments(number, plan.groups)
    let given = (plan.constants + varying).last { $0.key == PlanVocabulary.Special.machine.rawValue }
    guard let base = bases[given?.value ?? Preset.default.name] else { return nil }
    let combination = Combination(constants: plan.constants, varying: varying, on: base, plan.vocabulary)
    for constraint in plan.constraints { guard try constraint.isMet(by: combination) else { return nil } }
    return try point(combination, traces)
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
