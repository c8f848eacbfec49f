import ArgumentParser
import Experiments
import Results
import Store

/// `pagewalk sweep status`: how far the sweeps of a store are.
struct SweepStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how many points of each plan a store has, and which are missing.")

  @Argument(help: "A store.") var store: String
  @Flag(help: "List every missing point with its key.") var missing = false

  func run() throws {
    let status = try CommandFailure.reporting { () throws(StoreError) in
      try ResultStore.existing(store, schema: .sweep).status()
    }
    guard !status.isEmpty else {
      throw CommandFailure(.badData, "\(store): no plan was taken over yet: run its sweep")
    }
    try OutputFile.write(
      status.flatMap { $0.lines(listing: missing) }.map { $0 + "\n" }.joined(), to: "-")
  }
}

extension SweepStatus {
  /// For people: the count, and what is missing.
  func lines(listing: Bool) -> [String] {
    guard let first = missing.first else { return ["\(plan): \(planned) of \(planned) points"] }
    let head = "\(plan): \(finished) of \(planned) points, \(missing.count) missing"
    return listing ? [head] + missing.map { "\($0.key)  \($0.label)" } : ["\(head): first \(first.label)"]
  }
}
