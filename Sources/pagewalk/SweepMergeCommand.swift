import Addressing
import ArgumentParser
import Experiments
import Results
import Store

/// `pagewalk sweep merge`: joins stores.
struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins stores in any order, checks that they agree, and says what is missing.",
    discussion: "Ends with status 5 where points of a plan are missing.")

  @Argument(help: "Stores.") var stores: [String]
  @Option(name: .output, help: "The store to put everything into; made where there is none.")
  var output: String

  func run() throws {
    try OutputFile.check(output, against: stores)
    let status = try CommandFailure.reporting { () throws(StoreError) -> [SweepStatus] in
      var others: [ResultStore] = []
      for file in stores { others.append(try ResultStore.existing(file, schema: .sweep)) }
      let merged = try ResultStore.openOrCreate(output, schema: .sweep)
      for other in others { try merged.merge(other) }
      return try merged.status()
    }
    try OutputFile.write(
      status.flatMap { $0.lines(listing: true) }.map { $0 + "\n" }.joined(), to: "-")
    let missing = status.reduce(0) { $0 + $1.missing.count }
    guard missing == 0 else {
      throw CommandFailure(
        .partial,
        "\(output): \(missing.counting("point is", "points are")) missing: run their shards, and merge again")
    }
  }
}
