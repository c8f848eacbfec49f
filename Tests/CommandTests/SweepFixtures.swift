import Foundation
import Testing

/// A small sweep in a folder, and ways to look at its results.
struct SweepFixtures: ~Copyable {
  let tool: Tool

  /// Points of two traces, all strategies, three TLBs and two host pages.
  static let plan = """
    set: {warmup: 10%}
    cross:
      trace: [a.pwt, b.pwt]
      strategy: [native, shadow, nested, real-map]
      l2.entries: 128..512*2
      l2.ways: 4
      host.page: [4K, 2M]
    """
  /// Two traces with 3 points of native and 18 of the others each.
  static let points = 42

  init() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    try tool.write(trace, "a.pwt")
    try tool.write(trace + trace, "b.pwt")
    try tool.write(Self.plan, "plan.yaml")
    self.tool = tool
  }

  func run(_ arguments: String...) throws {
    let outcome = try tool.run(["sweep", "run", "plan.yaml"] + arguments)
    #expect(outcome.status == 0, "\(outcome.messages)")
  }

  /// The lines of the CSV of a store but for its header of provenance.
  func csv(_ store: String, _ options: String...) throws -> [Substring] {
    let outcome = try tool.run(["report", store, "--csv", "-"] + options)
    #expect(outcome.status == 0, "\(outcome.messages)")
    return Self.body(outcome.text)
  }

  static func body(_ csv: String) -> [Substring] {
    csv.split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  /// What a query says of a store, one value a line.
  func query(_ store: String, _ sql: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let program = """
      import sqlite3, sys
      connection = sqlite3.connect(sys.argv[1])
      cursor = connection.execute(sys.argv[2])
      names = [column[0] for column in cursor.description or []]
      for row in [names] + list(cursor):
          print(",".join("" if value is None else str(value) for value in row))
      connection.commit()
      """
    process.arguments = ["python3", "-c", program, tool.folder.appending(path: store).path, sql]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return text
  }
}
