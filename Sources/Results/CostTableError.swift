/// What can be wrong with a cost file.
public enum CostTableError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAPair(line: Int, text: String)
  case duplicate(key: String, first: Int, second: Int)
  case unknownKey(String, suggestion: String?)
  case badCycles(key: String, text: String)
  case unknownMark(String, key: String)

  public var description: String {
    switch self {
    case .notAPair(let line, let text):
      return "not a cost (line \(line): \"\(text)\"): write key: cycles [MARK] source"
    case .duplicate(let key, let first, let second):
      return "cost given twice (\(key), lines \(first) and \(second)): remove one"
    case .unknownKey(let name, let suggestion):
      let help = suggestion.map { "did you mean \($0)?" } ?? "pagewalk metrics lists the costs"
      return "unknown cost (\(name)): \(help)"
    case .badCycles(let key, let text):
      return "not a number of cycles (\(key): \"\(text)\"): give a decimal number from 0 to 1000000000"
    case .unknownMark(let mark, let key):
      let marks = EvidenceMark.allCases.map(\.rawValue).joined(separator: ", ")
      return "unknown evidence mark (\(key): [\(mark)]): use one of \(marks)"
    }
  }
}
