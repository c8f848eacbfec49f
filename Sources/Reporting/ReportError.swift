public import Results

/// What can be wrong with a CSV of results. Lines count from 1, `#` lines included.
public enum ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case notResults
  case unknownSchema(version: String)
  /// The CSV of `pagewalk curve`.
  case curve
  /// A second header or line of names, from here on.
  case otherResults(line: Int)
  case unknownText(line: Int)
  case badQuotes(line: Int)
  case cutShort(line: Int)
  case missingRows(found: Int, expected: Int)
  case missingColumn(String)
  case duplicateColumn(String, line: Int)
  case unknownColumn(String, line: Int)
  case wrongFieldCount(line: Int, found: Int, expected: Int)
  case badValue(line: Int, column: String, value: String)
  case inconsistent(line: Int, column: String, value: String, expected: String)
  case badHeader(line: Int, key: String, value: String)
  case badCosts(CostTableError)

  public var description: String {
    switch self {
    case .empty: "no results (the file is empty): make them with pagewalk replay --csv"
    case .notResults: "not results of pagewalk (no column of ours): give a file of pagewalk replay --csv"
    case .unknownSchema(let version):
      "unknown schema version (\(version), this program knows \(ResultSchema.version)): "
        + "use the pagewalk that wrote it"
    case .curve:
      "a miss curve, and not results of a replay: pagewalk curve of the same trace shows it as a table"
    case .otherResults(let line):
      "more than one file of results (line \(line) begins another): give each by itself"
    case .unknownText(let line): "not UTF-8 text (line \(line)): make the file again"
    case .badQuotes(let line):
      "text beside quotes (line \(line)): quote the whole field, doubling quotes inside"
    case .cutShort(let line): "file cut short (line \(line) does not end): make the file again"
    case .missingRows(let found, let expected):
      "file cut short (\(found) of \(expected) rows): make the file again, or remove its # rows line"
    case .missingColumn(let column): "missing column (\(column)): keep every column when you cut a file"
    case .duplicateColumn(let column, let line): "column twice (\(column), line \(line)): remove one"
    case .unknownColumn(let column, let line):
      "not a column's name (\"\(column)\", line \(line)): settings are spelled with underscores"
    case .wrongFieldCount(let line, let found, let expected):
      "wrong number of fields (line \(line): \(found), not \(expected)): make the file again"
    case .badValue(let line, let column, let value):
      "value not understood (line \(line), column \(column): \"\(value)\"): see pagewalk metrics"
    case .inconsistent(let line, let column, let value, let expected):
      "columns disagree (line \(line), column \(column): \"\(value)\", but its parts make \"\(expected)\"): "
        + "make the file again"
    case .badHeader(let line, let key, let value):
      "header not understood (line \(line), # \(key): \"\(value)\"): restore the line or remove it"
    case .badCosts(let error): "costs in the header: \(error)"
    }
  }
}
