import Machines
import Strategies

/// One combination of a plan's values: what constraints are asked about, and what a point is made of.
struct Combination {
  /// The values of axes, for messages.
  let varying: [Assignment]
  private let values: [String: String]
  private let machine: Machine
  private let description: MachineDescription
  private let vocabulary: PlanVocabulary

  init(
    constants: [Assignment], varying: [Assignment],
    on base: (description: MachineDescription, machine: Machine),
    _ vocabulary: PlanVocabulary
  ) {
    self.varying = varying
    values = Dictionary((constants + varying).map { ($0.key, $0.value) }) { $1 }
    (description, machine) = base
    self.vocabulary = vocabulary
  }

  /// The values of axes, as `key=value`.
  var label: String { varying.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

  subscript(key: PlanVocabulary.Special) -> String? { values[key.rawValue] }

  /// The value of any key of the vocabulary: given, or else the base's.
  func value(of key: String) -> String {
    if let (cache, part) = vocabulary.shape(of: key) { return shape(of: cache)?[part] ?? "off" }
    if vocabulary.shapes.contains(key) { return shape(of: key)?.text ?? "off" }
    if let given = values[key] { return given }
    return machine.text(of: key) ?? parameter(key) ?? Self.defaults[key] ?? ""
  }

  /// What replays do that are not told otherwise.
  private static let defaults = [
    "machine": Preset.default.name, "skip": "0", "limit": "off", "warmup": "0", "interval": "off",
    "ignore-events": "off", "cost": "standard",
  ]

  /// The shape of a cache; nil where it is off.
  private func shape(of cache: String) -> Shape? {
    let base = Shape(values[cache] ?? machine.text(of: cache) ?? "")
    let (entries, ways) = (values["\(cache).entries"], values["\(cache).ways"])
    guard let entries = entries ?? base?.entries else { return nil }
    return Shape(entries: entries, ways: ways ?? base?.ways)
  }

  private func parameter(_ key: String) -> String? {
    for strategy in StrategyRegistry.all {
      for parameter in strategy.parameters where key == "\(strategy.name).\(parameter.key)" {
        return description.strategies[strategy.name]?[parameter.key] ?? parameter.values[0]
      }
    }
    return nil
  }

  /// The machine and strategy described.
  func specification() throws(PlanError) -> LaneDescription {
    var description = description
    let strategies = StrategyRegistry.vocabulary
    do throws(MachineError) {
      for (key, value) in changes { try description.set("\(key)=\(value)", vocabulary: strategies) }
      return LaneDescription(machine: try description.machine(), strategies: description.strategies)
    } catch {
      throw .impossiblePoint(label, error)
    }
  }

  /// What a machine's description is told, in order of keys; shapes whole.
  private var changes: [(key: String, value: String)] {
    var changes: [(key: String, value: String)] = []
    for key in values.keys.sorted() where PlanVocabulary.Special(rawValue: key) == nil {
      let changed = vocabulary.shape(of: key)?.cache ?? key
      if changes.last?.key != changed { changes.append((changed, value(of: changed))) }
    }
    return changes
  }
}

/// A machine, and what its description says of strategies.
struct LaneDescription {
  var machine: Machine
  var strategies: [String: [String: String]]
}
