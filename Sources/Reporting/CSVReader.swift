import Results

/// Reads CSV that ``CSVReport`` wrote, its columns in any order, back into rows: every count that cycles
/// follow from is a column, so that they can be costed again without a replay.
public enum CSVReader {
  /// The document in `bytes`, under the costs in its header.
  public static func read(_ bytes: [UInt8]) throws(ReportError) -> ReportDocument {
    guard !bytes.isEmpty else { throw .empty }
    var records = CSVRecords(bytes)
    let header = try CSVHeader(&records)
    let line = records.line
    guard let names = try records.next() else { throw .empty }
    let layout = try Layout(names, line: line)
    var rows: [ResultRow] = []
    while !records.isAtEnd {
      let line = records.line
      guard try records.nextComment() == nil else { throw .otherResults(line: line) }
      guard let fields = try records.next() else { break }
      guard fields != names else { throw .otherResults(line: line) }
      rows.append(try layout.row(fields, line: line))
    }
    if let expected = header.rowCount, expected != rows.count {
      throw .missingRows(found: rows.count, expected: expected)
    }
    return ReportDocument(
      provenance: header.provenance, results: ResultSet(rows: rows, costs: header.costs),
      schema: layout.schema)
  }
}

/// Which column stands where in one file.
private struct Layout {
  let schema: ResultSchema
  /// The schema's column of each field.
  private let columns: [ResultColumn]

  init(_ names: [String], line: Int) throws(ReportError) {
    var seen: Set<String> = []
    for name in names {
      guard seen.insert(name).inserted else { throw .duplicateColumn(name, line: line) }
    }
    let prefix = ResultSchema.breakEvenPrefix(.exit)
    let strategies = names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let known = ResultSchema(strategies: strategies)
    guard known.columns.contains(where: { seen.contains($0.name) }) else { throw .notResults }
    for column in known.columns where column.store != nil && !column.mayBeAbsent {
      guard seen.contains(column.name) else { throw .missingColumn(column.name) }
    }
    // Every other column is a setting: the key's dots are underscores already.
    let axes = names.map { ConfigurationAxis(key: $0, value: "") }
    let schema = ResultSchema(strategies: strategies, configuration: axes)
    self.schema = schema
    var columns: [ResultColumn] = []
    for name in names {
      guard let column = schema.column(named: name) else { throw .unknownColumn(name, line: line) }
      columns.append(column)
    }
    self.columns = columns
  }

  func row(_ fields: [String], line: Int) throws(ReportError) -> ResultRow {
    guard fields.count == columns.count else {
      throw .wrongFieldCount(line: line, found: fields.count, expected: columns.count)
    }
    var row = ResultRow.blank
    for (column, field) in zip(columns, fields) {
      guard let store = column.store else { continue }
      if column.name == "schema_version", field != String(ResultSchema.version) {
        throw .unknownSchema(version: field)
      }
      guard store(&row, field) else {
        throw .badValue(line: line, column: column.name, value: field)
      }
    }
    try check(row, fields, line: line)
    return row
  }

  /// Counts that follow from others must be what the file says they are.
  private func check(_ row: ResultRow, _ fields: [String], line: Int) throws(ReportError) {
    let alone = ResultSet(rows: [row], costs: CostTable())
    for (column, field) in zip(columns, fields) where column.store == nil && column.section == .counts {
      let expected = column.value(alone, 0).text
      guard field == expected else {
        throw .inconsistent(line: line, column: column.name, value: field, expected: expected)
      }
    }
  }
}
