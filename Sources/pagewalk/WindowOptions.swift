import Addressing
import ArgumentParser
import Importing

/// `--skip` and `--limit`: the part of a trace that is kept.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Leave out this many accesses at the start; what they mapped stays mapped.", valueName: "accesses"),
    transform: AccessCount.parse)
  var skip: UInt64 = 0

  @Option(
    help: ArgumentHelp("Keep at most this many accesses.", valueName: "accesses"),
    transform: AccessCount.parse)
  var limit: UInt64?

  var window: RecordWindow { RecordWindow(skip: skip, limit: limit) }

  func validate() throws {
    if limit == 0 { throw ValidationError("--limit must be at least 1") }
  }
}
