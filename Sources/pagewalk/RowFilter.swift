import Reporting
import Results

/// Which rows of results are kept: those that have, in every column named, one of the values given for it.
struct RowFilter {
  private var columns: [(column: ResultColumn, values: Set<String>)] = []

  /// - Parameters:
  ///   - filters: Each `column=value` or `column=value,value`.
  ///   - file: What the results are of, for messages.
  /// - Throws: A failure where a column is unknown or no row has a value.
  init(parsing filters: [String], of document: ReportDocument, file: String) throws(CommandFailure) {
    for filter in filters {
      guard let equals = filter.firstIndex(of: "=") else {
        throw CommandFailure(.usage, "not a filter (\(filter)): write --filter column=value")
      }
      let name = String(filter[..<equals])
      guard let column = document.schema.column(named: name) else {
        throw unknownColumn(name, in: document.schema)
      }
      let text = filter[filter.index(after: equals)...]
      let present = Set(document.results.rows.indices.map { column.value(document.results, $0).text })
      // A value may have a comma itself, as names of traces have.
      let values =
        present.contains(String(text))
        ? [String(text)] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if let missing = values.first(where: { !present.contains($0) }) {
        throw Self.noRows(file, "\(name)=\(missing)")
      }
      if let known = columns.firstIndex(where: { $0.column.name == name }) {
        columns[known].values.formUnion(values)
      } else {
        columns.append((column, Set(values)))
      }
    }
  }

  /// What is kept of a document.
  func keep(of document: ReportDocument, file: String) throws(CommandFailure) -> ReportDocument {
    let kept = document.filtered { row in
      columns.allSatisfy { $0.values.contains($0.column.value(document.results, row).text) }
    }
    guard !kept.results.rows.isEmpty || columns.isEmpty else {
      let filters = columns.map { "\($0.column.name)=\($0.values.sorted().joined(separator: ","))" }
      throw Self.noRows(file, filters.joined(separator: " and "))
    }
    return kept
  }

  private static func noRows(_ file: String, _ filters: String) -> CommandFailure {
    CommandFailure(.badConfiguration, "\(file): no rows (\(filters)): choose another value")
  }
}
