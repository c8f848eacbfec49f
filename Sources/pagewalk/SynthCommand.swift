import Addressing
public import ArgumentParser
public import Importing
import Machines
import Traces

/// `pagewalk synth`: makes traces up.
struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Makes up a trace: \(SyntheticWorkload.allCases.map(\.rawValue).joined(separator: ", ")).",
    discussion: SyntheticWorkload.allCases.map { "\($0.rawValue): \($0.summary)." }.joined(separator: "\n")
      + "\n\nThe same command gives the same bytes every time.")

  @Argument(help: "What the program does.") var pattern: SyntheticWorkload

  @Option(
    name: .output,
    help: ArgumentHelp("The trace to write, or - for standard output.", valueName: "trace"))
  var output: String

  @Option(
    help: ArgumentHelp("Accesses to make, fetches included; by default 1000000.", valueName: "accesses"),
    transform: AccessCount.parse)
  var records: UInt64 = 1_000_000

  @Option(help: "Memory for data; by default 64M, for fork-storm 1M.", transform: ByteCount.init(argument:))
  var footprint: ByteCount?

  @Option(help: "Seed of everything that is drawn.") var seed: UInt64 = 1

  @Option(help: "Instructions for each data access, by default 3.") var instructions: UInt64?

  @Option(
    help: "Of strided: bytes from one access to the next, by default 4K.",
    transform: ByteCount.init(argument:))
  var stride: ByteCount?

  @Option(help: "Of zipf: a page of rank r is accessed in proportion to 1 / r^exponent; by default 1.")
  var exponent: Double?

  @Option(help: "Of table-churn: bytes mapped at once, by default 64K.", transform: ByteCount.init(argument:))
  var range: ByteCount?

  @Option(help: "Of fork-storm: children alive at once, by default 4.") var processes: UInt64?

  @Option(help: "Of fork-storm: pages that each child writes, by default 16.") var writes: UInt64?

  func validate() throws {
    if records == 0 { throw ValidationError("--records must be at least 1") }
    let given: [(SyntheticSetting, Bool)] = [
      (.stride, stride != nil), (.exponent, exponent != nil), (.range, range != nil),
      (.processes, processes != nil), (.writes, writes != nil),
    ]
    for (setting, isGiven) in given where isGiven && !pattern.settings.contains(setting) {
      throw ValidationError("--\(setting.rawValue) is of no use to \(pattern.rawValue)")
    }
    do throws(SyntheticError) { try settings.validate(for: pattern) } catch {
      throw ValidationError(error.description)
    }
  }

  func run() throws {
    try CommandFailure.reporting {
      var trace = try SyntheticTrace(pattern, settings)
      let header = TraceHeader(
        recorder: "pagewalk \(Pagewalk.version) synth",
        note: "\(pattern.rawValue): \(settings.description(for: pattern))")
      try TraceFile.write(to: output, from: []) { sink in
        let writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
        var window = RecordWindow(limit: records)
        while !window.isComplete { try writer.append(window.take(trace.next())) }
        try writer.finish()
      }
    }
  }

  private var settings: SyntheticSettings {
    var settings = SyntheticSettings(pattern)
    settings.seed = seed
    settings.footprint = footprint?.bytes ?? settings.footprint
    settings.instructions = instructions ?? settings.instructions
    settings.stride = stride?.bytes ?? settings.stride
    settings.exponent = exponent ?? settings.exponent
    settings.range = range?.bytes ?? settings.range
    settings.processes = processes ?? settings.processes
    settings.writes = writes ?? settings.writes
    return settings
  }
}

extension SyntheticWorkload: ExpressibleByArgument {}
