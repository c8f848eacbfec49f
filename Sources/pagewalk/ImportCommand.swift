public import ArgumentParser
public import Importing
import Traces

/// `pagewalk import`: turns a foreign trace into one of ours.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Reads a trace of another format: \(ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
    discussion: """
      The format is known by the content unless --format names it. Inputs packed by gzip, xz, zstd, bzip2, \
      lz4, snappy (its framing format) or zip (of one file, or of drmemtrace's chunks) are unpacked. \
      Of drmemtrace, the files of several threads or cores, or the folder that holds them, become one trace in the order \
      of their timestamps. \
      Of a lackey log, mmap, munmap, mremap, mprotect, brk, madvise, clone and exit become events where they stand.
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to read, or - for standard input; the files of one drmemtrace trace, or their folder.",
      valueName: "input"))
  var inputs: [String]

  @Option(
    name: .output, help: ArgumentHelp("The trace to write.", valueName: "trace"))
  var output: String

  @Option(help: "The format of the input.") var format: ImportFormat?

  @Option(help: ArgumentHelp("Whose accesses these are.", valueName: "scope"))
  var scope: ScopeChoice = .user

  @Option(
    help: ArgumentHelp(
      "What the addresses are: virtual, or physical to the recorded machine (by default what the format says).",
      valueName: "kind"))
  var addresses: AddressChoice?

  @Option(help: ArgumentHelp("Free text to keep with the trace.", valueName: "text")) var note = ""

  @Option(
    help: ArgumentHelp(
      "The virtual and physical pages that drmemtrace wrote down (v2p.textproto), to stand in front as translations.",
      valueName: "file"))
  var v2p: String?

  @OptionGroup var part: WindowOptions

  func run() throws {
    LostInput.endWithMessage()
    try CommandFailure.reporting {
      let paths = try inputs.flatMap {
        DrmemtraceFolder.isFolder($0) ? try DrmemtraceFolder.files(in: $0) : [$0]
      }
      let sources = try paths.map { try ByteInput.open($0) }
      let format = try format ?? ImportFormat(recognising: sources)
      let header = TraceHeader(
        addressKind: addressKind(of: format), scope: scope.scope,
        recorder: "pagewalk \(Pagewalk.version) import, \(format.rawValue)", note: note,
        skipped: part.skip)
      let digest = SourceDigest(of: paths)
      var importer = try format.makeImporter(sources)
      var window = part.window
      try TraceFile.write(to: output, from: paths + [v2p].compactMap(\.self)) { sink in
        let writer = try TraceWriter(
          to: sink, header: header, digest: { try? digest.text() }, workers: Jobs.ofMachine)
        if let v2p { try Self.append(V2PReader(try ByteInput.open(v2p)), to: writer) }
        try importer.deliver(&window) { try writer.append($0) }
        try writer.finish()
        _ = try digest.text()
      }
      StandardError.printRemarks(importer.remarks)
    }
  }

  private static func append(_ translations: V2PReader, to writer: TraceWriter) throws {
    var translations = translations
    var block = RecordBlock()
    while try translations.next(into: &block) {
      try writer.append(block)
      block.removeAll()
    }
  }
}

/// What addresses are, in the words of those who recorded them.
enum AddressChoice: String, CaseIterable, ExpressibleByArgument {
  case virtual
  /// What the recorded machine takes for physical memory: real, in our words, for it may be a virtual machine.
  case physical
}

/// Whose accesses they are, in the words of results (`TraceHeader.Scope`).
enum ScopeChoice: String, CaseIterable, ExpressibleByArgument {
  case user
  case wholeSystem = "whole-system"

  var scope: TraceHeader.Scope {
    switch self {
    case .user: .user
    case .wholeSystem: .wholeSystem
    }
  }
}

extension ImportCommand {
  private func addressKind(of format: ImportFormat) -> TraceHeader.AddressKind {
    switch addresses {
    case .physical: .real
    case nil where format.addressKind == .real: .real
    case .virtual, nil: scope == .user ? .virtual : .both
    }
  }
}

extension ImportFormat: ExpressibleByArgument {}
