import Foundation
import Testing

/// The tool explains itself, and the README names all that it can do.
@Suite struct HelpTests {
  /// The names in the list of subcommands.
  private func commands(_ tool: borrowing Tool) throws -> [String] {
    let help = try tool("--help")
    #expect(help.status == 0)
    let list = help.text.split(separator: "SUBCOMMANDS:\n").last ?? ""
    return list.matches(of: #/(?:^|\n)  ([a-z]+) /#).map { String($0.1) }
  }

  @Test func everyCommandHasHelp() throws {
    let tool = try Tool()
    let commands = try commands(tool)
    #expect(commands.count >= 13)
    for command in commands + ["presets show"] {
      let words = command.split(separator: " ").map(String.init)
      let help = try tool.run(words + ["--help"])
      #expect(help.status == 0)
      #expect(help.messages == "")
      #expect(help.text.contains("USAGE: pagewalk \(command)"), "\(command)")
      #expect(try tool.run(["help"] + words).text == help.text)
    }
  }

  @Test func aWordThatIsNoCommandIsNamedWithTheNearestOne() throws {
    let tool = try Tool()
    try tool.expectMistake(["repaly", "t.pwt"], status: 2, says: ["no command 'repaly'", "'replay'"])
    try tool.expectMistake(["help", "repaly"], status: 2, says: ["no command 'repaly'", "'replay'"])
    try tool.expectMistake(["t.pwt"], status: 2, says: ["no command 't.pwt': see pagewalk --help"])
    for words in [["sweep", "rnu", "plan.yaml"], ["help", "sweep", "rnu"]] {
      try tool.expectMistake(
        words, status: 2,
        says: ["no command 'sweep rnu': did you mean 'run'? see pagewalk sweep --help"])
    }
    try tool.expectMistake(["presets", "shwo"], status: 2, says: ["'presets shwo'", "'show'"])
    try tool.expectMistake(
      ["presets", "toy"], status: 2, says: ["'presets toy': see pagewalk presets --help"])
  }

  @Test func theReadmeNamesEveryCommand() throws {
    let readme = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "README.md"), encoding: .utf8)
    for command in try commands(try Tool()) { #expect(readme.contains("pagewalk \(command)"), "\(command)") }
  }

  @Test func strategiesTellWhatTheyDoAndWhatCanBeSet() throws {
    let text = try Tool()("strategies").text
    for name in ["native", "shadow", "nested", "real-map"] { #expect(("\n" + text).contains("\n\(name): ")) }
    #expect(text.contains("--set real-map.rmt=radix|flat"))
    #expect(text.contains("--set shadow.prefill=off|on"))
  }

  @Test func presetsAndMetricsListWhatResultsUse() throws {
    let tool = try Tool()
    #expect(try tool("presets").text.split(separator: "\n").count == 3)
    #expect(try tool("presets", "show", "--keys").text.contains("l1d.policy=lru|tree-plru|fifo|random"))
    let metrics = try tool("metrics").text
    #expect(metrics.contains("break_even_exit_cycles_vs_nested"))
    #expect(try tool("metrics", "--name", "walks").text.hasPrefix("walks (walks)  Table walks"))
    #expect(try tool("metrics", "--name", "exit").text.hasPrefix("exit  1300 [E]  One VM exit"))
    let base = try tool("metrics", "--name", "base_cycles_per_instruction").text
    #expect(base.contains("runtime_overhead") && metrics.contains("  " + base))
  }

  @Test func selftestHoldsEveryStrategyAgainstTheReference() throws {
    let outcome = try Tool()("selftest", "--accesses", "5000", "--seed", "7")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines.allSatisfy { $0.hasSuffix("every physical address right") })
    #expect(try Tool()("selftest", "--accesses", "5000", "--seed", "7").text == outcome.text)
  }
}
