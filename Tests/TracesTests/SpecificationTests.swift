import Addressing
import Foundation
import Testing
import Traces

/// The specification, by readers that know nothing of ours: plain Python, and gzip.
@Suite struct SpecificationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// Runs a command and returns what it printed; fails where it fails.
  private func run(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command.joined(separator: " "))")
    return String(decoding: data, as: UTF8.self)
  }

  private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(path: "pagewalk-\(UUID().uuidString).pwt.gz")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path(percentEncoded: false))
  }

  @Test(arguments: [true, false], [1, 4])
  func pythonReadsWhatWeWrite(hasFetches: Bool, owners: Int) throws {
    var random = RandomTrace(seed: 31, hasFetches: hasFetches, owners: owners)
    let bytes = try random.items(4000).encoded(recordsPerBlock: 900) + random.items(300).encoded()
    let text = try withFile(bytes) { path in
      try run(["python3", "-B", Self.folder.appending(path: "reader.py").path(percentEncoded: false), path])
    }
    #expect(text.split(separator: "\n").map(String.init) == (try TextForm.lines(bytes)))
  }

  @Test func pythonReadsWhereTheRecorderSawAPage() throws {
    let owner = Owner(vm: 0, vcpu: 0, addressSpace: 5)
    let page = VirtualAddress(0xFFFF_8880_0123_4000)
    let bytes = try [
      TraceItem.event(.translation(page, RealAddress(0x9000)), owner),
      .access(Access(.load, page, size: 8), owner),
      .event(.translation(VirtualAddress(0x1000), RealAddress(0x7000)), owner),
    ].encoded()
    let text = try withFile(bytes) { path in
      try run(["python3", "-B", Self.folder.appending(path: "reader.py").path(percentEncoded: false), path])
    }
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.contains("0 0/0/5/- translation 0xffff888001234000 0x9000"))
    #expect(lines.contains("1 0/0/5/- translation 0x1000 0x7000"))
    #expect(lines == (try TextForm.lines(bytes)))
  }

  @Test func gzipAcceptsEveryTrace() throws {
    var random = RandomTrace(seed: 32, owners: 2)
    let bytes = try random.items(3000).encoded() + [TraceItem]().encoded()
    _ = try withFile(bytes) { try run(["gzip", "-t", $0]) }
  }

  /// The three records of the example in Codecs.md.
  private static let example: [TraceItem] = [
    .access(Access(.fetch, VirtualAddress(0x40_1000), size: 4), .unknown),
    .access(Access(.load, VirtualAddress(0x7FFF_0008), size: 8), .unknown),
    .access(Access(.store, VirtualAddress(0x40_2FFC), size: 8), .unknown),
  ]

  /// The bytes of the hex dump in Codecs.md.
  private func exampleBytes() throws -> [UInt8] {
    let page = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/Traces/Codecs.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let example = try #require(text.components(separatedBy: "## Example").last)
    let lines = example.split(separator: "\n").filter { $0.hasPrefix("    ") && $0.contains("  ") }
    return lines.flatMap { line in
      line.dropFirst(10).prefix(47).split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
  }

  @Test func theExampleOfTheSpecificationIsWhatItSays() throws {
    let bytes = try exampleBytes()
    #expect(try decodeAll(bytes).flatMap(\.items) == Self.example)
    let ours = RawMember.split(try Self.example.encoded(header: TraceHeader()))
    #expect(RawMember.split(bytes).map(\.payload.count) == ours.map(\.payload.count))
    #expect(RawMember.split(bytes).dropLast(2).map(\.payload) == ours.dropLast(2).map(\.payload))
    #expect(
      try TraceSummary.digestText(of: TraceVerifier.verify(MemorySource(bytes))) == TextForm.lines(bytes).last
    )
  }
}
