import GRDB
import Glibc
import Results

// The tables, made from the schema of results.
extension ResultStore {
  static func exists(_ file: String) -> Bool { access(file, F_OK) == 0 }

  /// That the file is a store of this version with this schema.
  func check(_ database: Database) throws {
    switch try layoutVersion(database) {
    case nil: throw StoreError.notFound(file: file)
    case Self.version?: break
    default: throw StoreError.otherVersion(file: file)
    }
    guard try missingColumns(database).isEmpty else { throw StoreError.otherVersion(file: file) }
  }

  /// Makes what is not there yet.
  func lay(_ database: Database) throws {
    switch try layoutVersion(database) {
    case nil:
      let list = columns.names.joined(separator: ", ")
      try database.execute(
        sql: Self.tables + """
          CREATE TABLE rows (
            key TEXT NOT NULL, part INTEGER NOT NULL, kin TEXT NOT NULL, \(list), PRIMARY KEY (key, part));
          CREATE INDEX rows_kin ON rows (kin);
          PRAGMA user_version = \(Self.version);
          """)
      try makeView(database)
    case Self.version?:
      let missing = try missingColumns(database)
      for column in missing {
        try database.execute(sql: "ALTER TABLE rows ADD COLUMN \(RowColumns.quoted(column))")
      }
      guard !missing.isEmpty else { return }
      try makeView(database)
      try refresh(try String.fetchAll(database, sql: "SELECT DISTINCT kin FROM rows"), database)
    default: throw StoreError.otherVersion(file: file)
    }
  }

  /// The version of the tables' layout; nil where there are none.
  private func layoutVersion(_ database: Database) throws -> Int? {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version")
    guard version == 0 else { return version }
    guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
      throw StoreError.notAStore(file: file)
    }
    return nil
  }

  private func missingColumns(_ database: Database) throws -> [String] {
    let present = Set(try database.columns(in: "rows").map(\.name))
    return columns.schema.columns.map(\.name).filter { !present.contains($0) }
  }

  private func makeView(_ database: Database) throws {
    try database.execute(
      sql: """
        DROP VIEW IF EXISTS results;
        CREATE VIEW results AS SELECT \(columns.names.map { "rows.\($0)" }.joined(separator: ", "))
        FROM rows JOIN places USING (key) ORDER BY places.plan, places.position, rows.part;
        """)
  }

  private static let tables = """
    CREATE TABLE plans (name TEXT PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE planned (
      plan TEXT NOT NULL REFERENCES plans, position INTEGER NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
      PRIMARY KEY (plan, position)) WITHOUT ROWID;
    CREATE INDEX planned_keys ON planned (key, plan, position);
    CREATE TABLE costs (
      plan TEXT NOT NULL REFERENCES plans, position INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
      PRIMARY KEY (plan, position)) WITHOUT ROWID;
    CREATE TABLE traces (digest TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (digest, path)) WITHOUT ROWID;
    CREATE VIEW places AS
      SELECT key, plan, position FROM planned AS this WHERE NOT EXISTS (
        SELECT 1 FROM planned AS other
        WHERE other.key = this.key AND (other.plan, other.position) < (this.plan, this.position));

    """
}
