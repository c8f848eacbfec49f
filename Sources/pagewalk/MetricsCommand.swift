import ArgumentParser
import Reporting
import Results
import Strategies

/// `pagewalk metrics`: what every column of the results means.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Prints the name, unit and meaning of every column, and every cost.")

  @Option(help: "Print one column or cost only.") var name: String?

  func run() throws {
    let schema = ResultSchema(strategies: StrategyRegistry.names)
    try OutputFile.write(try text(schema), to: "-")
  }

  private func text(_ schema: ResultSchema) throws(CommandFailure) -> String {
    guard let name else { return MetricsText.text(schema: schema, costs: CostTable()) }
    if let column = schema.column(named: name) { return MetricsText.text(column: column) }
    if let cost = MetricsText.text(cost: name, in: CostTable()) { return cost }
    let near = Spelling.nearest(to: name, among: schema.columns.map(\.name) + CostTable.names)
    let help = near.map { "did you mean \($0)?" } ?? "pagewalk metrics lists both"
    throw CommandFailure(.badConfiguration, "neither a column nor a cost (\(name)): \(help)")
  }
}

/// The failure of naming a column that does not exist.
func unknownColumn(_ name: String, in schema: ResultSchema) -> CommandFailure {
  let near = Spelling.nearest(to: name, among: schema.columns.map(\.name))
  let help = near.map { "did you mean \($0)?" } ?? "pagewalk metrics lists the columns"
  return CommandFailure(.badConfiguration, "unknown column (\(name)): \(help)")
}
