import ArgumentParser

/// How many workers a command starts; shared by the commands that replay.
struct JobsOption: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long], parsing: .unconditional,
    help: "Worker threads; results do not depend on it. By default one a core.",
    transform: Self.parse)
  private var jobs: Int?

  /// As many as were asked for, or one for each core.
  var count: Int { jobs ?? Jobs.ofMachine }

  /// - Throws: Which form it has, for the parser of the command line to say of which option.
  private static func parse(_ text: String) throws -> Int {
    guard let jobs = Int(text), (1...1024).contains(jobs) else {
      throw ValidationError("write a number of threads from 1 to 1024")
    }
    return jobs
  }
}
