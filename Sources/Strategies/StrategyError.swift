import Results

/// Why a strategy cannot be set up as asked.
public enum StrategyError: Error, Equatable, CustomStringConvertible {
  case unknownStrategy(String, known: [String])
  case unknownKey(String, known: [String])
  case unknownValue(String, String, allowed: [String])

  public var description: String {
    switch self {
    case .unknownStrategy(let name, let known):
      "unknown strategy '\(name)'"
        + (Spelling.nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
          ?? ": known are \(known.joined(separator: ", "))")
    case .unknownKey(let key, let known):
      known.isEmpty
        ? "unknown setting '\(key)': this strategy has none"
        : "unknown setting '\(key)': known are \(known.joined(separator: ", "))"
    case .unknownValue(let key, let value, let allowed):
      "'\(key)' cannot be '\(value)': allowed are \(allowed.joined(separator: ", "))"
    }
  }
}
