import ArgumentParser

@main
struct Pagewalk: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pagewalk",
    abstract: "Replays memory-access traces through virtual, real and physical translation.")
}
