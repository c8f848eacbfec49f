import Foundation
import Testing

/// The built command-line tool, run in a folder of its own.
struct Tool: ~Copyable {
  let folder: URL

  /// What came of one run.
  struct Outcome {
    var status: Int32
    var output: Data
    var messages: String
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "pagewalk-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The tool that `PAGEWALK` names; without it the one that lies where the tests lie.
  private static let executable =
    ProcessInfo.processInfo.environment["PAGEWALK"].map { URL(filePath: $0) }
    ?? URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "pagewalk")

  func callAsFunction(_ arguments: String..., input: Data = Data()) throws -> Outcome {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
    try input.write(to: folder.appending(path: ".input"))
    let process = try start(arguments)
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try read(".output"), messages: String(decoding: try read(".messages"), as: UTF8.self))
  }

  /// Starts the tool, with its standard streams in files of this name, or its output in a place outside the folder.
  func start(_ arguments: [String], name: String = "", output: URL? = nil) throws -> Process {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files and not pipes, so that nothing waits for anything.
    if !exists(".input") { try Data().write(to: folder.appending(path: ".input")) }
    for stream in [".output", ".messages"] { try Data().write(to: folder.appending(path: stream + name)) }
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: ".input"))
    process.standardOutput = try FileHandle(forWritingTo: output ?? folder.appending(path: ".output" + name))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: ".messages" + name))
    try process.run()
    return process
  }

  func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

  func write(_ data: Data, _ name: String) throws { try data.write(to: folder.appending(path: name)) }

  func read(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
  }

  /// Every file and folder but those of this type.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
      ![".input", ".output", ".messages"].contains { name.hasPrefix($0) }
    }
    .sorted()
  }
}
