public import Results

/// A point that was replayed.
public struct FinishedPoint: Hashable, Sendable {
  public var key: String
  /// The whole replay's row, then those of its intervals.
  public var rows: [ResultRow]

  public init(key: String, rows: [ResultRow]) {
    self.key = key
    self.rows = rows
  }
}
