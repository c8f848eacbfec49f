import Results

/// What a user asks for: a preset, a machine file over it, `--set` over both. ``machine()`` makes a machine of it.
public struct MachineDescription: Sendable, Hashable {
  /// The machine's name in results.
  public private(set) var name: String
  public private(set) var preset: Preset
  /// Changes to the preset's settings, in the order in which they were made; the last of a key holds.
  public private(set) var changes: [SettingChange] = []
  /// The settings of strategies, by the strategy's name and the key without it. They are kept, not interpreted.
  public private(set) var strategies: [String: [String: String]] = [:]

  public init(_ preset: Preset = .default) {
    self.preset = preset
    name = preset.name
  }

  /// A machine file: YAML, a map of keys that may nest or be dotted; `machine` names it, else its file does, without
  /// folder and extension; `base` names the preset that it changes, `strategies` holds the settings of strategies by name.
  ///
  /// - Parameters:
  ///   - fileName: For messages and origins.
  /// - Throws: ``MachineError/inFile(_:_:)``.
  public init(
    yaml: String, fileName: String, vocabulary: StrategyVocabulary = StrategyVocabulary()
  ) throws(MachineError) {
    do {
      let entries = try MachineFile.entries(of: yaml)
      let base = entries.first { $0.key == "base" }
      self.init(try base.map { entry throws(MachineError) in try Preset.named(entry.value) } ?? .default)
      let file = fileName.split(separator: "/").last ?? ""
      name = String(file.prefix(upTo: file.lastIndex(of: ".") ?? file.endIndex))
      for entry in entries where entry.key != "base" {
        if entry.key == "machine" {
          name = entry.value
        } else {
          try change(entry.key, entry.value, source: "file \(fileName)", vocabulary)
        }
      }
      _ = try machine()
    } catch {
      throw .inFile(fileName, error)
    }
  }

  /// Takes an assignment `key=value` from the command line.
  public mutating func set(
    _ assignment: String, vocabulary: StrategyVocabulary = StrategyVocabulary()
  ) throws(MachineError) {
    guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
      throw .malformedAssignment(assignment)
    }
    let value = assignment[assignment.index(after: equals)...]
    try change(String(assignment[..<equals]), String(value), source: "--set", vocabulary)
  }

  /// The machine described.
  public func machine() throws(MachineError) -> Machine {
    var machine = try Machine(preset, changes: changes)
    machine.name = name
    return machine
  }

  /// The changes that mean nothing on the machine described, as `key=value`, in the order in which they were made.
  public func changesWithoutEffect(on machine: Machine) -> [String] {
    changes.filter { Setting.named($0.key)?.applies(machine) == false }.map { "\($0.key)=\($0.value)" }
  }

  private mutating func change(
    _ key: String, _ value: String, source: String, _ vocabulary: StrategyVocabulary
  ) throws(MachineError) {
    let dotted = key.hasPrefix("strategies.") ? String(key.dropFirst("strategies.".count)) : key
    if let (strategy, parameter) = vocabulary.split(dotted) {
      try vocabulary.check(strategy: strategy, key: parameter)
      strategies[strategy, default: [:]][parameter] = value
      return
    }
    guard dotted == key, Setting.named(key) != nil else {
      throw .unknownKey(dotted, suggestion: vocabulary.suggestion(for: dotted))
    }
    changes.append(SettingChange(key, value, source: source))
  }

  /// Who gave a setting its value: the last change of it, or the setting's own source.
  func origin(of setting: Setting) -> String {
    let change = (preset.changes + changes).last { $0.key == setting.key }
    return change?.source ?? setting.source.description
  }
}
