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
  @Option(help: ArgumentHelp("Keep rows whose column has this value; repeatable.", valueName: "column=value"))
  var filter: [String] = []

  func run() throws {
    var document = try InputFile.isStore(file) ? StoreReport(file).document(cost) : read()
    for filter in filter { document = try filtered(document, by: filter) }
    try outputs.opened(from: [file] + cost.files).write(document)
  }

  private func read() throws(CommandFailure) -> ReportDocument {
    let document = try ResultFile.csv(file)
    guard let costs = try cost.table() else { return document }
    return document.recosted(with: costs, by: Invocation.commandLine)
  }

  private func filtered(
    _ document: ReportDocument, by filter: String
  ) throws(CommandFailure) -> ReportDocument {
    guard let equals = filter.firstIndex(of: "=") else {
      throw CommandFailure(.usage, "not a filter (\(filter)): write --filter column=value")
    }
    let name = String(filter[..<equals])
    let value = filter[filter.index(after: equals)...]
    guard let column = document.schema.column(named: name) else {
      throw unknownColumn(name, in: document.schema)
    }
    let filtered = document.filtered { column.value(document.results, $0).text == value }
    guard !filtered.results.rows.isEmpty else {
      throw CommandFailure(.badConfiguration, "\(file): no rows (\(filter)): choose another value")
    }
    return filtered
  }
}
