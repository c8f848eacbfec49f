import Machines
import Strategies

/// A grid of replays as its author describes it: constants, axes, and the constraints that its points meet.
public struct SweepPlan: Sendable {
  /// More combinations than one plan may have, those that constraints exclude included.
  public static let combinationLimit = 1_000_000

  let constants: [Assignment]
  let groups: [AxisGroup]
  let constraints: [Constraint]
  let vocabulary = PlanVocabulary()

  /// Reads a plan.
  ///
  /// - Throws: ``PlanError`` for what is no plan, for unknown keys, and for axes without values. What values mean is
  ///   checked when points are made.
  public init(yaml: String) throws(PlanError) {
    let file = try PlanFile(yaml)
    let base = file.base.map { [Assignment(key: PlanVocabulary.Special.machine.rawValue, value: $0)] }
    var constants = (base ?? []) + file.set
    for index in constants.indices {
      let (key, value) = (constants[index].key, constants[index].value)
      try vocabulary.check(key)
      constants[index].value = vocabulary.canonical(value, of: key)
    }
    var groups: [AxisGroup] = []
    for (key, values) in file.cross { groups.append(AxisGroup(crossed: try Axis(key, values, vocabulary))) }
    for entries in file.zip {
      var axes: [Axis] = []
      for (key, values) in entries { axes.append(try Axis(key, values, vocabulary)) }
      groups.append(try AxisGroup(zipped: axes))
    }
    var seen: Set<String> = []
    for key in constants.map(\.key) + groups.flatMap(\.axes).map(\.key) where !seen.insert(key).inserted {
      throw .givenTwice(key)
    }
    guard seen.contains(PlanVocabulary.Special.trace.rawValue) else { throw .noTrace }
    if !seen.contains(PlanVocabulary.Special.strategy.rawValue) {
      let all = try Axis(PlanVocabulary.Special.strategy.rawValue, StrategyRegistry.names, vocabulary)
      groups.append(AxisGroup(crossed: all))
    }
    self.constants = constants
    self.groups = groups
    var constraints: [Constraint] = []
    for text in file.constraints { constraints.append(try Constraint(parsing: text, vocabulary)) }
    self.constraints = constraints
  }

  /// The traces named, as written.
  public var traces: [String] { values(of: .trace) }

  /// The presets and machine files named, as written; the default preset where the plan names none.
  public var machines: [String] {
    let named = values(of: .machine)
    return named.isEmpty ? [Preset.default.name] : named
  }

  /// The cost files named, as written.
  public var costs: [String] { values(of: .cost) }

  private func values(of key: PlanVocabulary.Special) -> [String] {
    constants.filter { $0.key == key.rawValue }.map(\.value)
      + groups.flatMap(\.axes).filter { $0.key == key.rawValue }.flatMap(\.values)
  }
}
