import GRDB
public import Results

// Results going out.
extension ResultStore {
  /// Everything that a report needs.
  public struct Contents: Sendable {
    /// The rows of all planned points that are finished, in the order of the plans.
    public var rows: [ResultRow]
    /// The cost tables that the plans name, in order; the first is that of the view `results`.
    public var costs: [StoredCosts]
    public var traces: [StoredTrace]
  }

  public func contents() throws(StoreError) -> Contents {
    try read { database in
      let records = try Row.fetchAll(
        database,
        sql: "SELECT \(columns.selection) FROM rows JOIN places USING (key) ORDER BY plan, position, part")
      return Contents(
        rows: try records.map { try columns.row($0, file: file) }, costs: try costs(database),
        traces: try traces(database))
    }
  }

  /// The first cost table of the plans, or else the standard one.
  func costTable(_ database: Database) throws -> CostTable {
    try costs(database).first.map { try CostTable(parsing: $0.text) } ?? CostTable()
  }

  private func costs(_ database: Database) throws -> [StoredCosts] {
    try Row.fetchAll(database, sql: "SELECT name, text FROM costs ORDER BY plan, position")
      .map { StoredCosts(name: $0["name"], text: $0["text"]) }
  }
}
