import GRDB
import Glibc
import Results

// The tables, made from the schema of results.
extension ResultStore {
  static func exists(_ file: String) -> Bool { access(file, F_OK) == 0 }

  /// That the file is a store of this version with this schema.
  func check(_ database: Database) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") == Self.version else {
      throw StoreError.otherVersion(file: file)
    }
    let present = Set(try database.columns(in: "rows").map(\.name))
    guard columns.schema.columns.allSatisfy({ present.contains($0.name) }) else {
      throw StoreError.otherVersion(file: file)
    }
  }

  /// Makes what is not there yet.
  func lay(_ database: Database) throws {
    switch try Int.fetchOne(database, sql: "PRAGMA user_version") {
    case 0?:
      guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
        throw StoreError.notAStore(file: file)
      }
      try database.execute(sql: Self.tables + "PRAGMA user_version = \(Self.version);")
    case Self.version?: break
    default: throw StoreError.otherVersion(file: file)
    }
    let present = Set(try database.columns(in: "rows").map(\.name))
    let missing = columns.schema.columns.filter { !present.contains($0.name) }
    for column in missing {
      try database.execute(sql: "ALTER TABLE rows ADD COLUMN \(RowColumns.quoted(column.name))")
    }
    guard !missing.isEmpty else { return }
    try database.execute(
      sql: """
        DROP VIEW IF EXISTS results;
        CREATE VIEW results AS SELECT \(columns.names.map { "rows.\($0)" }.joined(separator: ", "))
        FROM rows JOIN places USING (key) ORDER BY places.plan, places.position, rows.part;
        """)
    try refresh(try String.fetchAll(database, sql: "SELECT DISTINCT kin FROM rows"), database)
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
    CREATE TABLE rows (key TEXT NOT NULL, part INTEGER NOT NULL, kin TEXT NOT NULL, PRIMARY KEY (key, part));
    CREATE INDEX rows_kin ON rows (kin);
    CREATE VIEW places AS
      SELECT key, plan, position FROM planned AS this WHERE NOT EXISTS (
        SELECT 1 FROM planned AS other
        WHERE other.key = this.key AND (other.plan, other.position) < (this.plan, this.position));

    """
}
