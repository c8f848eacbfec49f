import GRDB
import Results

// Points coming in.
extension ResultStore {
  /// The keys of all points that are finished, those of former plans included.
  public func finished() throws(StoreError) -> Set<String> {
    try read { Set(try String.fetchAll($0, sql: "SELECT DISTINCT key FROM rows")) }
  }

  /// Adds points, all or none. One that is there already must agree.
  public func add(_ points: [FinishedPoint]) throws(StoreError) {
    try write { database throws in try add(points, database) }
  }

  func add(_ points: [FinishedPoint], _ database: Database) throws {
    let marks = Array(repeating: "?", count: columns.storedNames.count + 3).joined(separator: ", ")
    let names = columns.storedNames.joined(separator: ", ")
    let insert = try database.makeStatement(
      sql: "INSERT INTO rows (key, part, kin, \(names)) VALUES (\(marks))")
    var kins: Set<String> = []
    for point in points {
      let known = try rows(of: point.key, database)
      guard known.isEmpty else {
        try checkAgreement(point, known)
        continue
      }
      for (part, row) in point.rows.enumerated() {
        let place: [DatabaseValue] = [
          point.key.databaseValue, part.databaseValue, row.kin.databaseValue,
        ]
        try insert.execute(arguments: StatementArguments(place + columns.storedValues(row)))
        kins.insert(row.kin)
      }
    }
    try refresh(kins.sorted(), database)
  }

  private func rows(of key: String, _ database: Database) throws -> [ResultRow] {
    let isThere = try database.cachedStatement(sql: "SELECT 1 FROM rows WHERE key = ? LIMIT 1")
    guard try Bool.fetchOne(isThere, arguments: [key]) != nil else { return [] }
    let select = try database.cachedStatement(
      sql: "SELECT \(columns.selection) FROM rows WHERE key = ? ORDER BY part")
    return try Row.fetchAll(select, arguments: [key]).map { try columns.row($0, file: file) }
  }

  private func checkAgreement(_ point: FinishedPoint, _ known: [ResultRow]) throws(StoreError) {
    func disagreement(_ column: String, _ values: [String]) -> StoreError {
      .disagreement(file: file, key: point.key, column: column, values: values)
    }
    guard known.count == point.rows.count else {
      throw disagreement("interval", ["\(known.count) rows", "\(point.rows.count) rows"])
    }
    for (a, b) in zip(known, point.rows) {
      if let (column, values) = columns.difference(a, b) { throw disagreement(column, values) }
    }
  }

  /// Writes what follows from comparisons anew for the planned rows of some kins.
  func refresh(_ kins: [String], _ database: Database) throws {
    guard !kins.isEmpty else { return }
    let costs = try costTable(database)
    let assignments = columns.derivedNames.map { "\($0) = ?" }.joined(separator: ", ")
    let update = try database.makeStatement(sql: "UPDATE rows SET \(assignments) WHERE key = ? AND part = ?")
    let select = try database.makeStatement(
      sql: """
        SELECT \(columns.selection) FROM rows JOIN places USING (key) WHERE kin = ?
        ORDER BY plan, position, part
        """)
    for kin in kins {
      let records = try Row.fetchAll(select, arguments: [kin])
      let set = ResultSet(rows: try records.map { try columns.row($0, file: file) }, costs: costs)
      for (index, record) in records.enumerated() {
        let place: [DatabaseValue] = [record[0], record[1]]
        try update.execute(arguments: StatementArguments(columns.derivedValues(set, index) + place))
      }
    }
  }
}
