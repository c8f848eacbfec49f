import GRDB
import Results
public import Workers

// Points coming in.
extension ResultStore {
  /// The keys of all points that are finished, those of former plans included.
  public func finished() throws(StoreError) -> Set<String> {
    try read { Set(try String.fetchAll($0, sql: "SELECT DISTINCT key FROM rows")) }
  }

  /// Adds points, all or none. One that is there already must agree.
  ///
  /// - Parameter pool: Who makes of rows what is written.
  public func add(_ points: [FinishedPoint], pool: WorkerPool = .one) throws(StoreError) {
    try write { database throws in try add(points, pool: pool, database) }
  }

  func add(_ points: [FinishedPoint], pool: WorkerPool = .one, _ database: Database) throws {
    let marks = Array(repeating: "?", count: columns.storedNames.count + 3).joined(separator: ", ")
    let names = columns.storedNames.joined(separator: ", ")
    let insert = try database.makeStatement(
      sql: "INSERT INTO rows (key, part, kin, \(names)) VALUES (\(marks))")
    var added: [String: [ResultRow]] = [:]
    var places: [Place] = []
    for point in points {
      let known = try added[point.key] ?? rows(of: point.key, database)
      guard known.isEmpty else {
        try checkAgreement(point, known)
        continue
      }
      added[point.key] = point.rows
      places += point.rows.indices.map { Place(key: point.key, part: $0) }
    }
    var kins: Set<String> = []
    // A part at a time, so that it is in memory once only.
    for start in stride(from: 0, to: places.count, by: 1024) {
      let part = places[start...].prefix(1024)
      let values = pool.map(part.count) { [added, columns] index in
        let place = part[start + index]
        guard let row = added[place.key]?[place.part] else { preconditionFailure("a row that was not added") }
        let kin = row.kin
        let values = place.values + [kin.databaseValue] + columns.storedValues(row)
        return (kin, StatementArguments(StatementValues(values)))
      }
      for (kin, arguments) in values {
        try insert.execute(arguments: arguments)
        kins.insert(kin)
      }
    }
    try refresh(kins.sorted(), known: added, pool: pool, database)
  }

  /// Where a row is.
  private struct Place {
    var key: String
    /// Its number among the point's rows.
    var part: Int

    var values: [DatabaseValue] { [key.databaseValue, part.databaseValue] }
  }

  private func rows(of key: String, _ database: Database) throws -> [ResultRow] {
    let isThere = try database.cachedStatement(sql: "SELECT 1 FROM rows WHERE key = ? LIMIT 1")
    guard try Bool.fetchOne(isThere, arguments: [key]) != nil else { return [] }
    let select = try database.cachedStatement(
      sql: "SELECT \(columns.selection) FROM rows WHERE key = ? ORDER BY part")
    return try Row.fetchAll(select, arguments: [key]).map { try columns.row($0, file: file) }
  }

  private func row(at place: Place, _ select: Statement) throws -> ResultRow {
    guard let record = try Row.fetchOne(select, arguments: StatementArguments(place.values)) else {
      throw StoreError.corrupt(file: file, column: "part", value: String(place.part))
    }
    return try columns.row(record, file: file)
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
  func refresh(
    _ kins: [String], known: [String: [ResultRow]] = [:], pool: WorkerPool = .one, _ database: Database
  ) throws {
    guard !kins.isEmpty else { return }
    let costs = try costTable(database)
    let assignments = columns.derivedNames.map { "\($0) = ?" }.joined(separator: ", ")
    let update = try database.makeStatement(sql: "UPDATE rows SET \(assignments) WHERE key = ? AND part = ?")
    let select = try database.makeStatement(
      sql: """
        SELECT rows.key, rows.part FROM rows JOIN places USING (key) WHERE kin = ?
        ORDER BY plan, position, part
        """)
    let read = try database.makeStatement(
      sql: "SELECT \(columns.selection) FROM rows WHERE key = ? AND part = ?")
    for kin in kins {
      let places = try Row.fetchAll(select, arguments: [kin]).map { Place(key: $0[0], part: $0[1]) }
      var rows: [ResultRow] = []
      for place in places {
        rows.append(try known[place.key]?[place.part] ?? row(at: place, read))
      }
      let set = ResultSet(rows: rows, costs: costs)
      let values = pool.map(places.count) { [columns] index in
        StatementArguments(StatementValues(columns.derivedValues(set, index) + places[index].values))
      }
      for arguments in values { try update.execute(arguments: arguments) }
    }
  }
}
