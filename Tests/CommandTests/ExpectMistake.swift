import Foundation
import Testing

extension Tool {
  /// Runs the tool on something wrong: it must say one line, end with the status, and leave every file as it was.
  func expectMistake(
    _ arguments: [String], status: Int32, says words: [String] = [], input: String = "",
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try contents()
    let outcome = try run(arguments, input: Data(input.utf8))
    let lines = outcome.messages.split(separator: "\n", omittingEmptySubsequences: false)
    let comment = Comment(rawValue: "\(arguments) said \(outcome.messages)")
    #expect(outcome.status == status, comment, sourceLocation: location)
    #expect(lines.count == 2 && lines.last == "", comment, sourceLocation: location)
    #expect(lines[0].hasPrefix("pagewalk: "), comment, sourceLocation: location)
    #expect(outcome.output.isEmpty, comment, sourceLocation: location)
    for word in words { #expect(lines[0].contains(word), comment, sourceLocation: location) }
    #expect(try contents() == before, comment, sourceLocation: location)
  }

  /// What every file of the folder holds.
  private func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try files() { contents[name] = (try? read(name)) ?? Data() }
    return contents
  }
}
