import GRDB

/// Why a store cannot be used. The text names the file.
public enum StoreError: Error, Equatable, Sendable {
  case notFound(file: String)
  /// The file holds something else.
  case notAStore(file: String)
  /// The store's layout is of another version of the program.
  case otherVersion(file: String)
  /// A value that its column cannot have.
  case corrupt(file: String, column: String, value: String)
  /// Two replays of one point gave other counts.
  case disagreement(file: String, key: String, column: String, values: [String])
  /// Two stores hold plans of one name with different points.
  case differentPlans(file: String, plan: String)
  /// The file or its folder cannot be written.
  case notWritable(file: String)
  case noSpace(file: String)
  case database(file: String, reason: String)

  init(_ error: any Error, file: String) {
    guard let error = error as? DatabaseError else {
      self = error as? StoreError ?? .database(file: file, reason: "\(error)")
      return
    }
    switch error.resultCode.primaryResultCode {
    case .SQLITE_NOTADB: self = .notAStore(file: file)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(file: file)
    case .SQLITE_FULL: self = .noSpace(file: file)
    default: self = .database(file: file, reason: error.message ?? "\(error.resultCode)")
    }
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let file): "\(file): no store is there: make one with sweep run"
    case .notAStore(let file): "\(file): not a store of sweeps: give a file of sweep run"
    case .otherVersion(let file):
      "\(file): a store of another version of this program: run the sweep again, or use that version"
    case .corrupt(let file, let column, let value):
      "\(file): value not understood (column \(column): \"\(value)\"): make the store again"
    case .disagreement(let file, let key, let column, let values):
      "\(file): replays of one point disagree (point \(key), column \(column): \(values.joined(separator: " and "))): "
        + "one of them is wrong; recheck both"
    case .differentPlans(let file, let plan):
      "\(file): another version of the plan \(plan): run its sweep again under the plan as it is"
    case .notWritable(let file): "\(file): cannot write (the file or its folder): choose another place"
    case .noSpace(let file): "\(file): cannot write (no space left): free some space"
    case .database(let file, let reason): "\(file): cannot use the store (\(reason))"
    }
  }
}
