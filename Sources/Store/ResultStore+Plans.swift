import GRDB
import Results

// Plans, and how far they are.
extension ResultStore {
  /// Takes a plan over in place of the one of its name. Points that it lacks stay in the store and are not reported.
  public func plan(_ plan: StoredPlan) throws(StoreError) {
    try write { database throws in
      var known = try stored(plan.name, database)
      known?.traces = plan.traces
      if known != plan { try replace(plan, database) }
      for trace in plan.traces { try insert(trace, database) }
    }
  }

  /// How far every plan of the store is, by name.
  public func status() throws(StoreError) -> [SweepStatus] {
    try read { database in
      let finished = Set(try String.fetchAll(database, sql: "SELECT DISTINCT key FROM rows"))
      return try String.fetchAll(database, sql: "SELECT name FROM plans ORDER BY name").map { name in
        let points = try points(of: name, database)
        return SweepStatus(
          plan: name, planned: points.count, missing: points.filter { !finished.contains($0.key) })
      }
    }
  }

  /// The traces that the finished points of a plan are of, in the plan's order.
  public func traces(of plan: String) throws(StoreError) -> [ReplayedTrace] {
    try read { database in
      let places = try traces(database)
      let records = try Row.fetchAll(
        database,
        sql: """
          SELECT rows.trace, rows.trace_digest, count(DISTINCT key) FROM planned JOIN rows USING (key)
          WHERE planned.plan = ? GROUP BY rows.trace, rows.trace_digest ORDER BY min(planned.position)
          """, arguments: [plan])
      return records.map { record in
        let (name, digest) = (record[0] as String, record[1] as String)
        let paths = places.filter { $0.digest == digest && $0.path.split(separator: "/").last ?? "" == name }
        return ReplayedTrace(name: name, digest: digest, points: record[2], paths: paths.map(\.path))
      }
    }
  }

  /// Joins what another store holds with this one's, in any order.
  ///
  /// - Throws: ``StoreError/disagreement(file:key:column:values:)`` and
  ///   ``StoreError/differentPlans(file:plan:)``, and then takes nothing over.
  public func merge(_ other: ResultStore) throws(StoreError) {
    let (plans, points) = try other.read { database in
      let names = try String.fetchAll(database, sql: "SELECT name FROM plans ORDER BY name")
      let plans = try names.compactMap { try other.stored($0, database) }
      return (plans, try other.points(database))
    }
    try write { database throws in
      for plan in plans {
        if let known = try stored(plan.name, database) {
          guard known.points == plan.points, known.costs == plan.costs else {
            throw StoreError.differentPlans(file: other.file, plan: plan.name)
          }
        } else {
          try replace(plan, database)
        }
        for trace in plan.traces { try insert(trace, database) }
      }
      try add(points, database)
    }
  }

  private func replace(_ plan: StoredPlan, _ database: Database) throws {
    for table in ["planned", "costs"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE plan = ?", arguments: [plan.name])
    }
    try database.execute(
      sql: "INSERT OR REPLACE INTO plans (name, text) VALUES (?, ?)", arguments: [plan.name, plan.text])
    let insert = try database.makeStatement(
      sql: "INSERT INTO planned (plan, position, key, label) VALUES (?, ?, ?, ?)")
    for (position, point) in plan.points.enumerated() {
      try insert.execute(arguments: [plan.name, position, point.key, point.label])
    }
    for (position, costs) in plan.costs.enumerated() {
      try database.execute(
        sql: "INSERT INTO costs (plan, position, name, text) VALUES (?, ?, ?, ?)",
        arguments: [plan.name, position, costs.name, costs.text])
    }
    try refresh(try String.fetchAll(database, sql: "SELECT DISTINCT kin FROM rows"), database)
  }

  private func insert(_ trace: StoredTrace, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO traces (digest, path) VALUES (?, ?)", arguments: [trace.digest, trace.path])
  }

  private func points(of plan: String, _ database: Database) throws -> [PlannedPoint] {
    try Row.fetchAll(
      database, sql: "SELECT key, label FROM planned WHERE plan = ? ORDER BY position", arguments: [plan]
    ).map { PlannedPoint(key: $0["key"], label: $0["label"]) }
  }

  /// The plan of a name, with the traces of the whole store.
  private func stored(_ name: String, _ database: Database) throws -> StoredPlan? {
    guard
      let text = try String.fetchOne(
        database, sql: "SELECT text FROM plans WHERE name = ?", arguments: [name])
    else { return nil }
    let costs = try Row.fetchAll(
      database, sql: "SELECT name, text FROM costs WHERE plan = ? ORDER BY position", arguments: [name]
    ).map { StoredCosts(name: $0["name"], text: $0["text"]) }
    return StoredPlan(
      name: name, text: text, points: try points(of: name, database), costs: costs,
      traces: try traces(database))
  }

  func traces(_ database: Database) throws -> [StoredTrace] {
    try Row.fetchAll(database, sql: "SELECT digest, path FROM traces ORDER BY digest, path")
      .map { StoredTrace(digest: $0["digest"], path: $0["path"]) }
  }

  /// Every finished point.
  private func points(_ database: Database) throws -> [FinishedPoint] {
    var points: [FinishedPoint] = []
    for record in try Row.fetchAll(database, sql: "SELECT \(columns.selection) FROM rows ORDER BY key, part")
    {
      let (key, row) = (record[0] as String, try columns.row(record, file: file))
      if points.last?.key == key {
        points[points.count - 1].rows.append(row)
      } else {
        points.append(FinishedPoint(key: key, rows: [row]))
      }
    }
    return points
  }
}
