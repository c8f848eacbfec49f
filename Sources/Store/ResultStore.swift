import GRDB
public import Results

/// The results of sweeps in one SQLite file, which several processes may use at a time. What was added stays, whatever
/// happens to the process or the machine afterwards.
///
/// Its view `results` has the columns of the CSV and a row for each of its rows, in the order of the plans: rows of
/// points that no plan has any more are not shown.
public final class ResultStore: Sendable {
  /// The version of the tables' layout; columns of results aside, which come and go with the schema.
  static let version = 1

  let file: String
  let columns: RowColumns
  let database: DatabaseQueue

  /// Opens a store that is there.
  public static func existing(_ file: String, schema: ResultSchema) throws(StoreError) -> ResultStore {
    guard Self.exists(file) else { throw .notFound(file: file) }
    let store = try ResultStore(file, schema)
    try store.read { database throws in try store.check(database) }
    return store
  }

  /// Opens a store, and makes it where there is none.
  public static func openOrCreate(_ file: String, schema: ResultSchema) throws(StoreError) -> ResultStore {
    let store = try ResultStore(file, schema)
    try store.write { database throws in try store.lay(database) }
    return store
  }

  private init(_ file: String, _ schema: ResultSchema) throws(StoreError) {
    self.file = file
    columns = RowColumns(schema)
    var configuration = Configuration()
    // Another process may be writing a large batch.
    configuration.busyMode = .timeout(120)
    // What was committed survives a power failure.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = EXTRA") }
    do { database = try DatabaseQueue(path: file, configuration: configuration) } catch {
      throw StoreError(error, file: file)
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.read(body) } catch { throw StoreError(error, file: file) }
  }

  /// Runs `body` in one transaction: all of it is done or nothing, and nobody else writes meanwhile.
  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try database.write(body) } catch { throw StoreError(error, file: file) }
  }
}
