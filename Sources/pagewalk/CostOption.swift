import ArgumentParser
import Results

/// The cost table to turn counts into cycles with; shared by the commands that do.
struct CostOption: ParsableArguments {
  @Option(
    help: "Take costs from this file of lines `event: cycles [MARK] source`; others keep their defaults.")
  var cost: String?

  /// What is read for it.
  var files: [String] { [cost].compactMap(\.self) }

  /// The table asked for; nil without a file.
  func table() throws(CommandFailure) -> CostTable? {
    guard let cost else { return nil }
    let text = try InputFile.text(cost)
    do {
      return try CostTable(parsing: text)
    } catch {
      throw CommandFailure(.badConfiguration, file: cost, error)
    }
  }
}
