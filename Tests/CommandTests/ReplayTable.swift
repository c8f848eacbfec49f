import Foundation
import Testing

/// The rows of a replay, by the names of their columns.
struct ReplayTable {
  let rows: [[Substring: Substring]]

  /// Replays traces and reads the CSV that comes of it; no value in it may hold a comma.
  init(_ tool: borrowing Tool, _ arguments: String...) throws {
    let outcome = try tool.run(["replay", "--csv", "-"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
    let lines = outcome.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    rows = try lines.dropFirst().map { fields in
      try #require(fields.count == lines[0].count)
      return Dictionary(uniqueKeysWithValues: zip(lines[0], fields))
    }
  }

  /// A count, of each row in turn.
  func counts(_ column: Substring) throws -> [Int] {
    try rows.map { row in try #require(row[column].flatMap { Int($0) }, "\(column)") }
  }
}
