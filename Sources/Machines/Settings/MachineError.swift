/// Why a machine cannot be made as described.
public enum MachineError: Error, Hashable, Sendable {
  case unknownKey(String, suggestion: String?)
  case invalidValue(key: String, value: String, reason: String)
  /// Settings that are fine apart and do not agree together.
  case inconsistent(String)
  case unknownPreset(String, suggestion: String?)
  /// The name is kept for a preset that is faithful to the processor.
  case reservedPreset(String, use: String)
  /// `--set` without an equals sign, or without a key.
  case malformedAssignment(String)
  case duplicateKey(String)
  /// The text is not YAML, or not a map of keys to values. The line counts from 1.
  case malformedFile(line: Int?, reason: String)
  /// What is wrong in one machine file.
  indirect case inFile(String, MachineError)
}

extension MachineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKey(let key, let suggestion):
      "unknown setting '\(key)'" + Self.hint(suggestion, otherwise: "see presets show for every key")
    case .invalidValue(let key, let value, let reason):
      "\(key)=\(value): \(reason)"
    case .inconsistent(let reason):
      reason
    case .unknownPreset(let name, let suggestion):
      "unknown preset '\(name)'"
        + Self.hint(suggestion, otherwise: "choose one of " + Preset.all.map(\.name).joined(separator: ", "))
    case .reservedPreset(let name, let use):
      "the preset name '\(name)' is reserved for one faithful to the processor; "
        + "\(use) has its sizes with LRU replacement"
    case .malformedAssignment(let text):
      "'\(text)' sets nothing; write key=value"
    case .duplicateKey(let key):
      "'\(key)' is set twice; leave one of them"
    case .malformedFile(let line, let reason):
      (line.map { "line \($0): " } ?? "") + reason
    case .inFile(let name, let error):
      "\(name): \(error.description)"
    }
  }

  private static func hint(_ suggestion: String?, otherwise: String) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? "; \(otherwise)"
  }
}
