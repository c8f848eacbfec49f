import ArgumentParser
import Traces

/// `pagewalk verify`: whether traces are whole and legal.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every checksum of traces and every law of the format.",
    discussion:
      "Names the block and the byte of the first fault of each, and ends with status 3 if there is any.")

  @Argument(help: "The traces, or - for standard input.") var traces: [String]

  @Flag(name: .shortAndLong, help: "Say nothing of traces without fault.") var quiet = false

  func run() throws {
    var lastFailure: CommandFailure?
    for trace in traces {
      do {
        try CommandFailure.reporting { try verify(trace) }
      } catch let failure as CommandFailure {
        // The last one is reported where every command's failure is.
        if let lastFailure { StandardError.printLine("pagewalk: \(lastFailure)") }
        lastFailure = failure
      }
    }
    if let lastFailure { throw lastFailure }
  }

  private func verify(_ trace: String) throws {
    let segments = try TraceVerifier.verify(try TraceFile.source(trace))
    if quiet { return }
    let records = segments.reduce(0) { $0 + $1.records }
    let events = segments.reduce(0) { $0 + $1.events }
    let blocks = segments.reduce(0) { $0 + Int($1.blocks) }
    print(
      "\(trace): whole and legal: \(records) records, \(events) events, \(blocks) blocks, \(segments.count) segments"
    )
  }
}
