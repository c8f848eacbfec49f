import Foundation
import Importing
import Testing

@Suite struct PackedInputTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "pagewalk-importing-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func write(_ bytes: Data, _ name: String) throws -> String {
    let path = folder.appending(path: name).path
    try bytes.write(to: URL(filePath: path))
    return path
  }

  /// What a program makes of a text.
  private func packed(_ text: String, by program: String) throws -> Data {
    let source = try write(Data(text.utf8), "plain-\(program)")
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, "-c", source]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program) is needed for this test")
    return data
  }

  private let text = (0..<50_000).map { "load \($0 * 64) 8\n" }.joined()

  @Test(arguments: ["gzip", "xz", "zstd", "bzip2", "lz4"])
  func packedInputsAreUnpackedWhateverTheirName(program: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write(try packed(text, by: program), "trace.din")
    #expect(try imported(try ByteInput.open(path)).items.count == 50_000)
  }

  @Test(arguments: ["gzip", "xz", "zstd", "bzip2", "lz4"])
  func inputsShorterThanWhatIsLookedAtAreUnpackedToo(program: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write(try packed("load 0x1000 8\n", by: program), "short")
    #expect(try imported(try ByteInput.open(path)).items.count == 1)
  }

  @Test(arguments: ["gzip", "xz", "zstd", "bzip2", "lz4"])
  func aDamagedOrShortPackedInputIsAnError(program: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try packed(text, by: program)
    let short = try write(whole.prefix(whole.count / 2), "short")
    #expect(throws: ImportError.self) { try imported(try ByteInput.open(short), as: .text) }
    var damaged = whole
    damaged[damaged.count / 2] ^= 0x55
    let path = try write(damaged, "damaged")
    #expect(throws: ImportError.self) { try imported(try ByteInput.open(path), as: .text) }
  }

  @Test func emptyAndMissingInputsAndDirectoriesAreNamed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let empty = try write(Data(), "empty")
    #expect(throws: ImportError.empty(file: empty)) { try ByteInput.open(empty) }
    #expect(throws: ImportError.isDirectory(file: folder.path)) { try ByteInput.open(folder.path) }
    #expect(throws: ImportError.unreadable(file: "/nowhere/at all", reason: "No such file or directory")) {
      try ByteInput.open("/nowhere/at all")
    }
  }
}
