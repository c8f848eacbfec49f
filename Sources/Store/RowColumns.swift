import GRDB
import Results

/// How rows of results lie in a table: one column for each of the schema, under its name. Columns that follow from
/// others are stored too, as the view of the results shows them.
struct RowColumns: Sendable {
  let schema: ResultSchema
  /// Names as SQL takes them, in the schema's order.
  let names: [String]
  /// The names of columns that follow from others.
  let derivedNames: [String]
  /// The columns that others follow from, with their names.
  private let stored: [(name: String, column: ResultColumn)]
  /// Their names.
  var storedNames: [String] { stored.map(\.name) }
  private let derived: [ResultColumn]

  /// What a query selects for ``row(_:file:)``: the columns that others follow from, behind key and part.
  var selection: String { "rows.key, rows.part, " + stored.map { "rows.\($0.name)" }.joined(separator: ", ") }

  init(_ schema: ResultSchema) {
    self.schema = schema
    names = schema.columns.map { Self.quoted($0.name) }
    stored = zip(names, schema.columns).filter { $1.store != nil }.map { ($0, $1) }
    derived = schema.columns.filter { $0.store == nil }
    derivedNames = derived.map { Self.quoted($0.name) }
  }

  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// The values that others follow from, of a row.
  func storedValues(_ row: ResultRow) -> [DatabaseValue] {
    let set = ResultSet(rows: [row], costs: CostTable())
    // By position, as a copy of a column takes long.
    return stored.indices.map { Self.value(stored[$0].column.value(set, 0)) }
  }

  /// The values that follow from others, of the row at a position.
  func derivedValues(_ set: ResultSet, _ index: Int) -> [DatabaseValue] {
    derived.indices.map { Self.value(derived[$0].value(set, index)) }
  }

  /// Reads a row back from a record of the ``selection``.
  func row(_ record: Row, file: String) throws(StoreError) -> ResultRow {
    var row = ResultRow.blank
    // By position, as finding a name among hundreds takes long.
    for (position, (_, column)) in stored.enumerated() {
      let text = Self.text(record[position + 2] as DatabaseValue)
      guard column.store?(&row, text) ?? true else {
        throw .corrupt(file: file, column: column.name, value: text)
      }
    }
    return row
  }

  /// The first column in which two rows differ among those that others follow from.
  func difference(_ a: ResultRow, _ b: ResultRow) -> (column: String, values: [String])? {
    let (a, b) = (ResultSet(rows: [a], costs: CostTable()), ResultSet(rows: [b], costs: CostTable()))
    for (_, column) in stored {
      let values = [column.value(a, 0).text, column.value(b, 0).text]
      if values[0] != values[1] { return (column.name, values) }
    }
    return nil
  }

  /// Numbers as CSV gives them, so that both say the same.
  private static func value(_ value: ResultValue) -> DatabaseValue {
    switch value {
    case .empty: .null
    case .text(let text): text.databaseValue
    case .count(let count): Int64(exactly: count)?.databaseValue ?? String(count).databaseValue
    case .number(let number): PlainNumber.rounded(number).databaseValue
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .null: ""
    case .int64(let count): String(count)
    case .double(let number): PlainNumber.text(number)
    case .string(let text): text
    case .blob: "(bytes)"
    }
  }
}
