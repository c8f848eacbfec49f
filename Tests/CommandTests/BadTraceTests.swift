import Foundation
import Testing

/// What is not a whole trace is refused by every command that reads one, in one line.
@Suite struct BadTraceTests {
  /// The commands that read traces, each with a place to write to.
  private static let readers: [[String]] = [
    ["info"], ["verify"], ["export", "-o", "out"], ["cut", "-o", "out"], ["cat", "-o", "out"],
    ["cat", "--join", "-o", "out"], ["replay", "--csv", "out", "--jobs", "2"],
  ]

  @Test(arguments: readers)
  func everyCommandRefusesWhatIsNoTrace(command: [String]) throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.write("an earlier result\n", "out")
    try tool.write(SampleTrace.text, "text")
    try tool.expectMistake(command + ["text"], status: 3, says: ["text: ", "not a Pagewalk trace"])
    try tool.write("", "empty")
    try tool.expectMistake(command + ["empty"], status: 3, says: ["empty: ", "empty file"])
    try tool.write(trace.prefix(trace.count - 1), "short")
    try tool.expectMistake(
      command + ["short"], status: 3, says: ["short: ", "cut short", "pagewalk verify --salvage"])
    try tool.write(trace + Data("more".utf8), "longer")
    try tool.expectMistake(
      command + ["longer"], status: 3, says: ["longer: at byte \(trace.count): ", "behind its end"])
    try tool.write(flipped(trace, at: trace.count / 2), "damaged")
    try tool.expectMistake(command + ["damaged"], status: 3, says: ["damaged: block ", " at byte "])
    try tool.write(futureVersion(of: trace), "future")
    try tool.expectMistake(command + ["future"], status: 3, says: ["version 2", "newer Pagewalk"])
    try tool.expectMistake(command + ["."], status: 66, says: [".: ", "directory"])
    try tool.expectMistake(command + ["nowhere/t.pwt"], status: 66, says: ["nowhere/t.pwt: "])
    try tool.expectMistake(command + ["/proc/self/mem"], status: 66, says: ["cannot read"])
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func aForbiddenFileIsNamed() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    chmod(tool.folder.appending(path: "t.pwt").path, 0)
    try tool.expectMistake(["info", "t.pwt"], status: 66, says: ["t.pwt: ", "Permission denied"])
  }

  @Test func aTraceCutAnywhereIsNoticed() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.expectFaults((0..<trace.count).map { trace.prefix($0) })
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.expectFaults((0..<trace.count).map { flipped(trace, at: $0, bit: $0 % 8) })
  }

  @Test(
    arguments: [
      (["good", "bad", "none", "more"], 3), (["none", "good", "bad", "more"], 3),
      (["good", "none", "more"], 66),
    ] as [([String], Int32)])
  func whatIsWrongWithOneTraceKeepsNoOtherFromInfoAndVerify(traces: [String], status: Int32) throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    for name in ["good", "more"] { try tool.write(trace, name) }
    try tool.write(trace.prefix(trace.count - 1), "bad")
    let wrong = traces.filter { ["bad", "none"].contains($0) }
    for command in [["info"], ["info", "--json"], ["verify"]] {
      let outcome = try tool.run(command + traces)
      #expect(outcome.status == status)
      let lines = outcome.messages.split(separator: "\n")
      #expect(lines.count == wrong.count)
      for (line, name) in zip(lines, wrong) { #expect(line.hasPrefix("pagewalk: \(name): ")) }
      for name in ["good", "more"] { #expect(outcome.text.contains(name)) }
    }
    let json = try JSONSerialization.jsonObject(with: try tool.run(["info", "--json"] + traces).output)
    #expect((json as? [[String: Any]])?.map { $0["file"] as? String } == ["good", "more"])
    let nothing = try tool("info", "--json", "none").output
    #expect((try JSONSerialization.jsonObject(with: nothing) as? [Any])?.isEmpty == true)
  }

  @Test func standardInputIsNamedInWords() throws {
    let tool = try Tool()
    for command in [["info", "-"], ["verify", "-"], ["replay", "-"], ["cut", "-", "-o", "out"]] {
      try tool.expectMistake(command, status: 3, says: ["standard input: "], input: "no trace")
    }
  }

  private func flipped(_ trace: Data, at byte: Int, bit: Int = 3) -> Data {
    var damaged = trace
    damaged[byte] ^= 1 << UInt8(bit)
    return damaged
  }

  /// The major version at byte 16 of the first member, with the checksum over its header mended (`Container.md`).
  private func futureVersion(of trace: Data) -> Data {
    var future = trace
    future[16] = 2
    var checksum: UInt32 = .max
    for byte in future.prefix(52) {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    checksum = ~checksum
    future[52] = UInt8(truncatingIfNeeded: checksum)
    future[53] = UInt8(truncatingIfNeeded: checksum >> 8)
    return future
  }
}

extension Tool {
  /// One run of `verify` over many damaged traces reports each of them by name, and lets none pass.
  fileprivate func expectFaults(_ traces: [Data]) throws {
    let names = traces.indices.map { "damaged-\($0)" }
    for (name, trace) in zip(names, traces) { try write(trace, name) }
    let outcome = try run(["verify"] + names)
    #expect(outcome.status == 3)
    #expect(outcome.text == "")
    let lines = outcome.messages.split(separator: "\n")
    #expect(lines.count == names.count)
    for (line, name) in zip(lines, names) { #expect(line.hasPrefix("pagewalk: \(name): ")) }
  }
}
