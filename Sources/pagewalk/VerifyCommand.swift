import Addressing
import ArgumentParser
import Replaying
import Traces

/// `pagewalk verify`: whether traces are whole and legal.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every checksum of traces and every law of the format.",
    discussion: """
      Names the block and the byte of the first fault of each, and ends with status 3 if there is any. With --salvage \
      it ends so, too, and says what was lost; what is whole is in the file named.
      With --translations the page tables of a whole guest are rebuilt from the trace alone, and every real address that \
      was recorded is compared with them; one that differs is a fault, too.
      """)

  @Argument(help: "The traces, or - for standard input.") var traces: [String]

  @Flag(name: .shortAndLong, help: "Say nothing of traces without fault.") var quiet = false

  @Flag(help: "Also hold the real addresses recorded of a whole guest against its page tables.")
  var translations = false

  @Option(
    help: ArgumentHelp(
      "Write what is whole of the trace here, with a gap event where records were lost.", valueName: "trace"))
  var salvage: String?

  func validate() throws {
    if salvage != nil, traces.count > 1 || traces == ["-"] {
      throw ValidationError("--salvage reads one trace twice: name one file")
    }
    if translations, salvage != nil || traces.contains("-") {
      throw ValidationError("--translations reads a trace twice, and whole: name files, without --salvage")
    }
  }

  func run() throws {
    if let salvage { return try self.salvage(traces[0], to: salvage) }
    try CommandFailure.reporting(each: traces) { trace in
      try verify(trace)
      if translations { try verifyTranslations(trace) }
    }
  }

  private func verify(_ trace: String) throws {
    let segments = try TraceVerifier.verify(try TraceFile.source(trace))
    if quiet || salvage == "-" { return }
    let records = segments.reduce(0) { $0 + $1.records }
    let events = segments.reduce(0) { $0 + $1.events }
    let blocks = segments.reduce(0) { $0 + Int($1.blocks) }
    let counts = [
      records.counting("record"), events.counting("event"), blocks.counting("block"),
      segments.count.counting("segment"),
    ]
    try OutputFile.write("\(trace): whole and legal: \(counts.joined(separator: ", "))\n", to: "-")
  }

  private func verifyTranslations(_ trace: String) throws {
    let reader = try TraceFile.open(trace)
    guard reader.header.scope == .wholeSystem else {
      throw CommandFailure(
        .usage, "\(trace): --translations is for traces of whole guests, and this one is of a user program")
    }
    let check: TranslationCheck
    do { check = try TranslationCheck.check(reader, name: trace) } catch { throw CommandFailure(error) }
    let verdict = "\(check.differing) of \(check.checked) real addresses differ"
    if let first = check.first {
      let rebuilt = first.rebuilt.map { "\($0)" } ?? "nothing"
      throw CommandFailure(
        .badData,
        "\(trace): \(verdict) from the page tables, first at record \(first.place.record): \(first.address) was in the "
          + "page \(first.recorded), and the tables map it to \(rebuilt)")
    }
    if !quiet { try OutputFile.write("\(trace): \(verdict) from the page tables\n", to: "-") }
  }

  private func salvage(_ trace: String, to output: String) throws {
    var fault: TraceError?
    var report: TraceSalvager.Report?
    try CommandFailure.reporting {
      do { try verify(trace) } catch let error as TraceError where !error.isOfSystem { fault = error }
      try TraceFile.write(to: output, from: [trace]) { sink in
        report = try TraceSalvager.salvage(try TraceFile.source(trace), to: sink)
      }
    }
    guard let fault, let saved = report else { return }
    let more = saved.lostEnds > 0 ? " and an unknown number at the end" : ""
    let lost = "\(saved.lostBlocks.counting("block")), \(saved.lostRecords.counting("record"))\(more)"
    let kept = "\(saved.blocks.counting("block")), \(saved.records.counting("record"))"
    throw CommandFailure(
      .badData,
      "\(fault): lost \(lost), \(saved.lostBytes.counting("byte")) of the file; kept \(kept) in \(output)")
  }
}

extension TraceError {
  /// Whether the file could not be read at all.
  fileprivate var isOfSystem: Bool { if case .system = problem { true } else { false } }
}
