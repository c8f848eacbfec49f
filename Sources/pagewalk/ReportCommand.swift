import ArgumentParser
import Reporting
import Results

/// `pagewalk report`: shows results that a replay left in a CSV, under other costs if asked for.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows, filters, converts and re-costs the CSV of a replay, without replaying.")

  @Argument(help: "A CSV of results, or - for standard input.") var file: String
  @OptionGroup var cost: CostOption
  @OptionGroup var outputs: ReportOutputs
  @Option(help: ArgumentHelp("Keep rows whose column has this value; repeatable.", valueName: "column=value"))
  var filter: [String] = []

  func run() throws {
    var document = try read()
    if let costs = try cost.table() {
      document = document.recosted(with: costs, by: Invocation.commandLine)
    }
    for filter in filter { document = try filtered(document, by: filter) }
    try outputs.opened().write(document)
  }

  private func read() throws(CommandFailure) -> ReportDocument {
    let bytes = try InputFile.read(file)
    do {
      return try CSVReader.read(bytes)
    } catch {
      throw CommandFailure(.badData, file: file, error)
    }
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
