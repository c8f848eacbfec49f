import ArgumentParser
import Glibc
import Importing
import Recording
import Traces

/// `pagewalk record`: runs a program under valgrind and writes what it accesses.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Records a program: every access it makes, and how its mappings change.",
    discussion: """
      The program runs under valgrind's lackey tool, at some two million accesses for each second of CPU time, and \
      keeps its standard streams. Children that it forks run, but are left out. Accesses are of the program only, not of its \
      kernel, and name no thread. When --limit is reached the program is ended by SIGTERM, and by SIGKILL if it \
      does not obey. Otherwise the status is the program's own.
      """)

  @Option(
    name: .output, help: ArgumentHelp("The trace to write.", valueName: "trace"))
  var output: String

  @OptionGroup var part: WindowOptions

  @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.")
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("name the program to record behind --") }
    if output == "-" { throw ValidationError("standard output belongs to the program; name a file with -o") }
  }

  func run() throws {
    var status: Int32 = 0
    try CommandFailure.reporting {
      let recorder = try Recorder(command)
      let header = TraceHeader(
        recorder: "pagewalk \(Pagewalk.version) record, \(recorder.valgrindVersion) lackey",
        command: command.map(Invocation.quoted).joined(separator: " "),
        note: "forked children left out; threads unknown", skipped: part.skip)
      // Any other name is one of the search path.
      let program = command.prefix(1).filter { $0.contains("/") }
      try TraceFile.write(to: output, from: program, isRecording: true) { sink in
        let writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
        let result = try recorder.record(part.window) { try writer.append($0) }
        try writer.finish()
        StandardError.printRemarks(result.remarks)
        status = result.status
      }
    }
    if status != 0 { Glibc.exit(status) }
  }
}
