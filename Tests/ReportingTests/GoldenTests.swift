import Foundation
import Reporting
import Testing

/// The exact bytes of every format. After a change that is meant, write them again with
/// `PAGEWALK_REGENERATE_GOLDENS=1 swift test --filter ReportingTests`, and read the difference.
@Suite struct GoldenTests {
  @Test(
    arguments: [
      ("sample.csv", CSVReport()), ("sample.json", JSONReport()), ("sample.md", MarkdownReport()),
      ("sample.txt", TerminalTable(isColoured: false)),
      ("sample-coloured.txt", TerminalTable(isColoured: true)),
    ] as [(String, any ReportFormat)])
  func everyByteIsAsAgreed(name: String, format: any ReportFormat) throws {
    let text = format.text(Sample.document)
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name)")
    if ProcessInfo.processInfo.environment["PAGEWALK_REGENERATE_GOLDENS"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let agreed = golden.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, pair) in zip(lines, agreed).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name), line \(number + 1)\n  is     \(pair.0)\n  golden \(pair.1)")
      break
    }
    #expect(lines.count == agreed.count)
  }
}
