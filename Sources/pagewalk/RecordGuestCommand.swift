import Addressing
public import ArgumentParser
import Foundation
public import Recording
import Traces

/// `pagewalk record-guest`: boots a guest and writes what all of it accesses.
struct RecordGuestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record-guest",
    abstract: "Records a whole guest: its kernel, its programs, and its page tables.",
    discussion: """
      Linux runs the program in QEMU; from its start to its end every access is recorded, with what the kernel does \
      to its page tables, address-space switches, invalidations and page faults. A guest is booted once and kept; \
      recordings go on from there. script/setup-guest installs what that needs. The guest has busybox and nothing else: the program is a static executable, a script, \
      or one of busybox's. It reads nothing, and writes to standard output. The status is the program's own.
      """)

  @Option(
    name: .output, help: ArgumentHelp("The trace to write.", valueName: "trace"))
  var output: String

  @Flag(help: "Keep the accesses of user programs only; all events are kept.") var userOnly = false

  @Flag(help: "Keep the accesses of the kernel only; all events are kept.") var kernelOnly = false

  @Option(
    help: ArgumentHelp(
      "End after so many accesses are kept; a load and a store at once count as two.", valueName: "accesses"),
    transform: AccessCount.parse)
  var limit: UInt64?

  @Flag(help: "Make the same bytes each time; boots a guest for that.") var deterministic = false

  @Option(
    help: ArgumentHelp("The guest's virtual processors, 1 to 8, which take turns.", valueName: "number"))
  var vcpus = 1

  @Option(help: ArgumentHelp("Levels of the guest's page tables: 4 or 5.", valueName: "number"))
  var levels = 4

  @Option(help: ArgumentHelp("The guest's memory, 128M to 2G.", valueName: "size"))
  var memory: String = "512M"

  @Option(help: ArgumentHelp("Transparent 2 MiB pages: always, madvise or never.", valueName: "when"))
  var thp = GuestOptions.HugePages.madvise

  @Option(help: ArgumentHelp("More arguments for the guest's kernel.", valueName: "arguments"))
  var append: String = ""

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp(
      "A file that the program finds in its working folder; may be repeated.", valueName: "file"))
  var files: [String] = []

  @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.")
  var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("name the program to record behind --") }
    if output == "-" { throw ValidationError("standard output belongs to the program; name a file with -o") }
    if userOnly && kernelOnly { throw ValidationError("--user-only and --kernel-only leave nothing") }
    if limit == 0 { throw ValidationError("--limit must be at least 1") }
    if !GuestOptions.vcpuRange.contains(vcpus) {
      throw ValidationError("--vcpus must be 1 to 8, not \(vcpus)")
    }
    if !GuestOptions.levelRange.contains(levels) {
      throw ValidationError("--levels must be 4 or 5, not \(levels)")
    }
    _ = try mebibytes
  }

  private var kept: TraceHeader.Kept { userOnly ? .user : kernelOnly ? .kernel : .all }

  private var mebibytes: Int {
    get throws {
      let unit = memory.last.map { $0.uppercased() }
      let number = Int(memory.dropLast()).flatMap {
        unit == "M" ? $0 : unit == "G" && $0 <= 2 ? $0 * 1024 : nil
      }
      guard let number, GuestOptions.memoryRange.contains(number) else {
        throw ValidationError("--memory must be 128M to 2G, not '\(memory)'")
      }
      return number
    }
  }

  private var options: GuestOptions {
    get throws {
      var options = GuestOptions()
      options.kept = kept
      options.limit = limit
      options.isDeterministic = deterministic
      options.vcpus = vcpus
      options.levels = levels
      options.memory = try mebibytes
      options.hugePages = thp
      options.kernelArguments = append
      options.files = files
      return options
    }
  }

  /// Where script/setup-guest puts things.
  private static var setupFolder: String {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    return cache + "/pagewalk/guest"
  }

  private var note: String {
    let time = deterministic ? "deterministic" : ""
    let guest =
      "\(memory) of memory, \(vcpus.counting("vCPU")), transparent huge pages \(thp.rawValue)"
    let tables = levels == 4 ? "" : "page tables of \(levels) levels"
    return ([guest, tables, time, append].filter { !$0.isEmpty }).joined(separator: "; ")
  }

  func run() throws {
    var status: Int32 = 0
    try CommandFailure.reporting {
      let recorder = GuestRecorder(setup: try GuestSetup(folder: Self.setupFolder), options: try options)
      let header = TraceHeader(
        addressKind: .both, scope: .wholeSystem, kept: kept,
        recorder: "pagewalk \(Pagewalk.version) record-guest, QEMU",
        command: command.map(Invocation.quoted).joined(separator: " "), note: note)
      try TraceFile.write(to: output, from: files + command.prefix(1), isRecording: true) { sink in
        let writer = try TraceWriter(to: sink, header: header, workers: Jobs.ofMachine)
        let end = try recorder.record(command) { try writer.append($0) }
        try writer.finish()
        status = end.reason == .stopMarker ? end.status : 0
        StandardError.printRemarks(remarks(end))
      }
    }
    if status != 0 { Foundation.exit(status) }
  }

  private func remarks(_ end: GuestStreamEnd) -> [String] {
    let checked = end.tableLoads.counting(
      "entry that the guest loaded from its tables was", "entries that the guest loaded from its tables were")
    let marked = end.markedEntries.counting("accessed or dirty bit was", "accessed or dirty bits were")
    return ["\(checked) as recorded"] + (end.markedEntries == 0 ? [] : ["\(marked) not recorded"])
  }
}

extension GuestOptions.HugePages: ExpressibleByArgument {}
