import ArgumentParser
import Machines
import Strategies

/// `pagewalk presets`: the machines that come with Pagewalk, and what a machine consists of.
struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets",
    abstract: "Lists the machines that can be named, and shows what a machine consists of.",
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// Every preset with what it is good for.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the presets; the first is the default.")

    func run() throws {
      let width = Preset.all.map(\.name.count).max() ?? 0
      let lines = Preset.all.map { preset in
        preset.name.padded(to: width) + "  " + preset.summary + "\n"
      }
      try OutputFile.write(lines.joined(), to: "-")
    }
  }

  /// Every setting of one machine.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Prints every setting of a machine: its value, entries, ways, sets and source.",
      discussion: """
        The same keys stand in machine files, nested or dotted, and after --set. 'pagewalk presets show --keys' tells \
        what each decides and what it can be.
        """)

    @Argument(help: ArgumentHelp("A preset or a machine file (YAML).", valueName: "machine"))
    var name = Preset.default.name

    @Option(help: ArgumentHelp("Change a setting; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Tell what each setting decides and what it can be, in place of its value.") var keys = false

    func run() throws {
      try OutputFile.write(try keys ? Self.keysText : machineText(), to: "-")
    }

    private func machineText() throws -> String {
      var description = try MachineOptions.description(named: name)
      for assignment in set { try MachineOptions.set(assignment, in: &description) }
      for strategy in StrategyRegistry.all {
        do throws(StrategyError) {
          _ = try StrategyParameters(
            description.strategies[strategy.name] ?? [:], of: strategy.name, strategy.parameters)
        } catch {
          throw CommandFailure(.badConfiguration, error.description)
        }
      }
      do { return try description.text() } catch {
        throw CommandFailure(.badConfiguration, error.description)
      }
    }

    private static var keysText: String {
      let machine = Setting.all.map { "\($0.key)=\($0.form)\n    \($0.meaning)\n" }
      let strategies = StrategyRegistry.all.flatMap { strategy in
        strategy.parameters.map { "\(strategy.name).\($0.key)=\($0.form)\n    \($0.meaning).\n" }
      }
      return (machine + strategies).joined()
    }
  }
}

extension StrategyParameter {
  /// The values that can be written.
  var form: String { values.joined(separator: "|") }
}

extension String {
  /// With spaces behind it, up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
