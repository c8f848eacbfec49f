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
    var added: [String: [ResultRow]] = [:]
    for point in points {
      let known = try added[point.key] ?? rows(of: point.key, database)
      guard known.isEmpty else {
        try checkAgreement(point, known)
        continue
      }
      for (part, row) in point.rows.enumerated() {
        let kin = row.kin
        let place: [DatabaseValue] = [
          point.key.databaseValue, part.databaseValue, kin.databaseValue,
        ]
        try insert.execute(arguments: StatementArguments(place + columns.storedValues(row)))
        kins.insert(kin)
      }
      added[point.key] = point.rows
    }
    try refresh(kins.sorted(), known: added, database)
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
  ///
  /// - Parameter known: Rows of points, by key, that need not be read.
  func refresh(_ kins: [String], known: [String: [ResultRow]] = [:], _ database: Database) throws {
    guard !kins.isEmpty else { return }
    let costs = try costTable(database)
    let assignments = columns.derivedNames.map { "\($0) = ?" }.joined(separator: ", ")
    let update = try database.makeStatement(sql: "UPDATE rows SET \(assignments) WHERE key = ? AND part = ?")
    let select = try database.makeStatement(
      sql: """
        SELECT rows.key, rows.part FROM rows JOIN places USING (key) WHERE kin = ?
        ORDER BY plan, position, part
        """)
    var known = known
    for kin in kins {
      let places = try Row.fetchAll(select, arguments: [kin]).map { (key: $0[0] as String, part: $0[1] as Int) }
      var rows: [ResultRow] = []
      for place in places {
        let point = try known[place.key] ?? self.rows(of: place.key, database)
        known[place.key] = point
        rows.append(point[place.part])
      }
      let set = ResultSet(rows: rows, costs: costs)
      for (index, place) in places.enumerated() {
        let values = columns.derivedValues(set, index) + [place.key.databaseValue, place.part.databaseValue]
        try update.execute(arguments: StatementArguments(values))
      }
    }
  }
}
