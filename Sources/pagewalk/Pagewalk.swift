import ArgumentParser
import Glibc
import Results

@main
struct Pagewalk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pagewalk",
    abstract: "Replays memory-access traces through virtual, real and physical translation.",
    version: version,
    subcommands: [
      RecordCommand.self,
      RecordGuestCommand.self,
      ImportCommand.self,
      HistogramCommand.self,
      SynthCommand.self,
      InfoCommand.self,
      VerifyCommand.self,
      ExportCommand.self,
      CutCommand.self,
      CatCommand.self,
      MergeCommand.self,
      ReplayCommand.self,
      CurveCommand.self,
      SweepCommand.self,
      ReportCommand.self,
      RecheckCommand.self,
      PresetsCommand.self,
      StrategiesCommand.self,
      MetricsCommand.self,
      SelftestCommand.self,
    ])

  static let version = "0.1.0"

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// What is said of a word that is no command where one must be; nil where there is no such word.
  private static func unknownCommand(_ words: ArraySlice<String>) -> String? {
    var command: any ParsableCommand.Type = Self.self
    var names = ["pagewalk"]
    for word in words.first == "help" ? words.dropFirst() : words {
      let known = command.configuration.subcommands
      guard !known.isEmpty, !word.hasPrefix("-") else { return nil }
      if let next = known.first(where: { $0.configuration.commandName == word }) {
        command = next
        names.append(word)
        continue
      }
      let choice = known.compactMap { $0.configuration.commandName } + (names.count == 1 ? ["help"] : [])
      guard !choice.contains(word) else { return nil }
      let nearest = Spelling.nearest(to: word, among: choice).map { "did you mean '\($0)'? " } ?? ""
      let whole = (names.dropFirst() + [word]).joined(separator: " ")
      return "no command '\(whole)': \(nearest)see \(names.joined(separator: " ")) --help"
    }
    return nil
  }

  /// One line that says what is wrong with the command line, and which command's help to read.
  private static func usageMessage(_ error: any Error) -> String {
    let lines = message(for: error).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
    var message = lines.joined(separator: " ")
    while message.last == "." { message.removeLast() }
    let help = fullMessage(for: error).firstMatch(of: /See '(pagewalk[^']*)'/)?.1 ?? "pagewalk --help"
    return "\(message): see \(help)"
  }

  /// Says what went wrong in one line, and ends with its status.
  private static func end(with error: any Error) -> Never {
    if let failure = error as? CommandFailure {
      StandardError.printLine("pagewalk: \(failure)")
      Glibc.exit(failure.status.rawValue)
    }
    let words = CommandLine.arguments.dropFirst()
    let code = exitCode(for: error)
    if code == .validationFailure || words.first == "help", let unknown = unknownCommand(words) {
      StandardError.printLine("pagewalk: \(unknown)")
      Glibc.exit(ExitStatus.usage.rawValue)
    }
    switch code {
    case .success:
      do { try OutputFile.write(fullMessage(for: error) + "\n", to: "-") } catch { end(with: error) }
      Glibc.exit(ExitStatus.success.rawValue)
    case .validationFailure:
      StandardError.printLine("pagewalk: \(usageMessage(error))")
      Glibc.exit(ExitStatus.usage.rawValue)
    default:
      if !(error is ExitCode) { StandardError.printLine("pagewalk: \(error)") }
      Glibc.exit(code.rawValue)
    }
  }
}
