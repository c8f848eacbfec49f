public import Machines
public import Strategies

/// Why a plan describes no sweep. Each says what is wrong and what to do.
public enum PlanError: Error, Equatable, Sendable {
  /// The text is not YAML, or not a plan. The line counts from 1.
  case malformed(line: Int?, reason: String)
  case unknownSection(String, suggestion: String?)
  case unknownKey(String, suggestion: String?)
  case givenTwice(String)
  case unequalLengths([String])
  /// A key that can be no axis or no constant where it stands, or a value that its key cannot have.
  case badValue(key: String, value: String, reason: String)
  case badConstraint(String, reason: String)
  case noTrace
  case emptyAxis(String)
  /// No combination meets the constraints.
  case emptyGrid(combinations: Int)
  case tooManyCombinations(limit: Int)
  /// A combination that no machine can be; the text names its values.
  case impossiblePoint(String, MachineError)
  case strategy(StrategyError)
}

extension PlanError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let line, let reason): (line.map { "line \($0): " } ?? "") + reason
    case .unknownSection(let name, let suggestion):
      "unknown section '\(name)'" + Self.hint(suggestion, otherwise: "there are base, set, cross, zip, where")
    case .unknownKey(let key, let suggestion):
      "unknown key '\(key)'"
        + Self.hint(suggestion, otherwise: "see presets show for the settings of machines")
    case .givenTwice(let name): "'\(name)' is given twice: leave one of them"
    case .unequalLengths(let axes):
      "axes zipped together differ in length (\(axes.joined(separator: ", "))): give as many values to each"
    case .badValue(let key, let value, let reason): "\(key)=\(value): \(reason)"
    case .badConstraint(let text, let reason): "constraint '\(text)': \(reason)"
    case .noTrace: "no trace: name one or several as trace under cross or set"
    case .emptyAxis(let key): "empty grid: '\(key)' has no values"
    case .emptyGrid(let combinations):
      "empty grid: none of \(combinations) combinations meets every constraint"
    case .tooManyCombinations(let limit): "more than \(limit) combinations: split the plan"
    case .impossiblePoint(let point, let error):
      "\(point): \(error.description): exclude such combinations under where"
    case .strategy(let error): error.description
    }
  }

  private static func hint(_ suggestion: String?, otherwise: String) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? "; \(otherwise)"
  }
}
