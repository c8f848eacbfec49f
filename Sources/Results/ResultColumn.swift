/// One column of the results: the only place where it is named, defined, filled and read back.
public struct ResultColumn: Sendable {
  /// The name in CSV, JSON, Markdown and `pagewalk metrics`.
  public let name: String
  /// What the number counts; empty for text.
  public let unit: String
  /// One sentence that defines the column.
  public let meaning: String
  public let section: Section
  public let origin: Origin
  /// The value in the row at a position of a result set.
  public let value: @Sendable (ResultSet, Int) -> ResultValue
  /// Puts a value read from a file into a row, empty text meaning ``ResultValue/empty``; false where it is
  /// not understood. Nil for columns that follow from others.
  public let store: (@Sendable (inout ResultRow, String) -> Bool)?
  /// Whether there are results that were written before there was the column, and are read without it.
  public internal(set) var mayBeAbsent = false

  /// What a column is about; columns of a section stand together.
  public enum Section: String, CaseIterable, Sendable {
    case identity
    case extent
    case memory
    case counts
    case rates
    case cycles
    case firstTouch = "first touch"
    case steady
    case comparison
    case configuration
  }

  /// Where a column's value comes from.
  public enum Origin: String, Sendable {
    /// Told to the replay.
    case given
    /// Counted by the replay.
    case counted
    /// Follows from counts alone.
    case computed
    /// Follows from counts and the cost table.
    case costed
  }
}

// Columns that are stored in a row, by type.
extension ResultColumn {
  typealias Field<Value> = any WritableKeyPath<ResultRow, Value> & Sendable

  /// A number read back is at most 2^53, so that no sum of columns overflows.
  static let largestCount: UInt64 = 1 << 53

  static func count(from text: String, limit: UInt64 = largestCount) -> UInt64? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let count = UInt64(text) else { return nil }
    return count <= limit ? count : nil
  }

  static func text(
    _ section: Section, _ name: String, _ field: Field<String>, _ meaning: String
  ) -> ResultColumn {
    ResultColumn(
      name: name, unit: "", meaning: meaning, section: section, origin: .given,
      value: { set, index in .text(set.rows[index][keyPath: field]) },
      store: { row, text in
        row[keyPath: field] = text
        return true
      })
  }

  static func optionalText(
    _ section: Section, _ name: String, _ field: Field<String?>, _ meaning: String
  ) -> ResultColumn {
    ResultColumn(
      name: name, unit: "", meaning: meaning, section: section, origin: .given,
      value: { set, index in ResultValue(set.rows[index][keyPath: field]) },
      store: { row, text in
        row[keyPath: field] = text.isEmpty ? nil : text
        return true
      })
  }

  static func count(
    _ section: Section, _ name: String, _ unit: String, _ field: Field<UInt64>, _ meaning: String,
    origin: Origin = .counted, limit: UInt64 = largestCount
  ) -> ResultColumn {
    ResultColumn(
      name: name, unit: unit, meaning: meaning, section: section, origin: origin,
      value: { set, index in .count(set.rows[index][keyPath: field]) },
      store: { row, text in
        guard let count = count(from: text, limit: limit) else { return false }
        row[keyPath: field] = count
        return true
      })
  }

  static func optionalCount(
    _ section: Section, _ name: String, _ unit: String, _ field: Field<UInt64?>, _ meaning: String,
    origin: Origin = .counted
  ) -> ResultColumn {
    ResultColumn(
      name: name, unit: unit, meaning: meaning, section: section, origin: origin,
      value: { set, index in ResultValue(set.rows[index][keyPath: field]) },
      store: { row, text in
        row[keyPath: field] = count(from: text)
        return text.isEmpty || row[keyPath: field] != nil
      })
  }
}

extension ResultColumn {
  /// The same column, without which results are read, too.
  var absentFromOldResults: ResultColumn {
    var column = self
    column.mayBeAbsent = true
    return column
  }
}

// Columns that follow from others.
extension ResultColumn {
  static func number(
    _ section: Section, _ name: String, _ unit: String, _ origin: Origin, _ meaning: String,
    _ value: @escaping @Sendable (ResultSet, Int) -> Double?
  ) -> ResultColumn {
    ResultColumn(
      name: name, unit: unit, meaning: meaning, section: section, origin: origin,
      value: { set, index in ResultValue(value(set, index)) }, store: nil)
  }
}
