import ArgumentParser
import Reporting
import Results

/// `pagewalk report`: shows results that a replay left in a CSV or a sweep in a store, under other costs if asked for.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows, filters, converts and re-costs the results of a replay or sweep, without replaying.",
    discussion: """
      Of a store, the rows come in the order of the sweep's plan; --cost may name one of the plan's cost tables, of \
      which the first is taken unless told.
      """)

  @Argument(help: "A CSV of results, - for standard input, or the store of a sweep.") var file: String
  @OptionGroup var cost: CostOption
  @OptionGroup var outputs: ReportOutputs
  @Option(
    help: ArgumentHelp(
      "Keep rows whose column has this value, or one of several, separated by commas; repeatable: of one column any "
        + "value will do, of different columns all must hold.", valueName: "column=value"))
  var filter: [String] = []

  func run() throws {
    var document = try InputFile.isStore(file) ? StoreReport(file).document(cost) : read()
    document = try RowFilter(parsing: filter, of: document, file: file).keep(of: document, file: file)
    try outputs.opened(from: [file] + cost.files).write(document)
  }

  private func read() throws(CommandFailure) -> ReportDocument {
    let document = try ResultFile.csv(file)
    guard let costs = try cost.table() else { return document }
    return document.recosted(with: costs, by: Invocation.commandLine)
  }
}
