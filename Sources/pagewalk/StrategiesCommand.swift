import ArgumentParser
import Results
import Strategies

/// `pagewalk strategies`: what can be compared.
struct StrategiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategies",
    abstract: "Lists the strategies: what each does, what can be set, what it cannot count.")

  func run() throws {
    try OutputFile.write(StrategyRegistry.all.map(text).joined(separator: "\n"), to: "-")
  }

  private func text(_ strategy: any TranslationStrategy.Type) -> String {
    var text = "\(strategy.name): \(strategy.idea)\n"
    for parameter in strategy.parameters {
      text +=
        "  --set \(strategy.name).\(parameter.key)=\(parameter.form): \(parameter.meaning);"
        + " \(parameter.values[0]) unless set\n"
    }
    let absent = Counters.columns.filter { strategy.notApplicable.contains($0.field) }.map(\.name)
    return text + (absent.isEmpty ? "" : "  Empty in results: \(absent.joined(separator: ", "))\n")
  }
}
