import Machines
import Testing

@Suite struct MachineDescriptionTests {
  private static let vocabulary = StrategyVocabulary([
    ("shadow", ["prefill"]), ("real-map", ["rmt"]),
  ])

  private static let file = """
    # A machine between two others.
    machine: mine
    base: textbook
    l1d:
      4K: 96x6   # six ways
      policy: fifo
    l2: 2048x16
    l2.policy: tree-plru
    vpid: off
    strategies:
      real-map:
        rmt: flat
    """

  private func message(_ yaml: String) -> String {
    do {
      _ = try MachineDescription(yaml: yaml, fileName: "m.yaml", vocabulary: Self.vocabulary)
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test func aMachineFileNestsAndDots() throws {
    let description = try MachineDescription(yaml: Self.file, fileName: "m.yaml", vocabulary: Self.vocabulary)
    let machine = try description.machine()
    #expect(machine.name == "mine")
    #expect(description.preset == .textbook)
    #expect(machine.text(of: "l1d.4K") == "96x6")
    #expect(machine.text(of: "l1d.policy") == "fifo")
    #expect(machine.text(of: "l2.policy") == "tree-plru")
    #expect(!machine.vpid)
    #expect(machine.nestedTLB == nil)
    #expect(description.strategies == ["real-map": ["rmt": "flat"]])
  }

  @Test func assignmentsWinOverTheFile() throws {
    var description = try MachineDescription(yaml: Self.file, fileName: "m.yaml", vocabulary: Self.vocabulary)
    try description.set("l2=1024x8", vocabulary: Self.vocabulary)
    try description.set("shadow.prefill=on", vocabulary: Self.vocabulary)
    #expect(try description.machine().text(of: "l2") == "1024x8")
    #expect(description.strategies["shadow"] == ["prefill": "on"])
  }

  @Test func anEmptyFileIsTheDefaultMachine() throws {
    let machine = try MachineDescription(yaml: "# nothing\n", fileName: "a/my.machine.yaml").machine()
    #expect(machine.canonicalText == (try Machine().canonicalText))
    #expect(machine.name == "my.machine", "a file names its machine, unless it says another name")
  }

  @Test(arguments: [
    ("l2: 64x4\nl2: 64x8", "m.yaml: 'l2' is set twice; leave one of them"),
    ("l1d:\n  4K: 64x4\nl1d.4K: 64x8", "m.yaml: 'l1d.4K' is set twice; leave one of them"),
    ("l3: 64x4", "m.yaml: unknown setting 'l3'; did you mean 'l2'?"),
    ("l2: [1, 2]", "m.yaml: line 1: 'l2' must be one value, not a list"),
    ("- l2", "m.yaml: line 1: a machine file is a map of keys to values, like l2: 1536x12"),
    ("a: b: c", "m.yaml: line 1: not YAML: mapping values are not allowed in this context"),
    ("base: skylark-lru", "m.yaml: unknown preset 'skylark-lru'; did you mean 'skylake-lru'?"),
    (
      "strategies:\n  shadow:\n    prefil: on",
      "m.yaml: unknown setting 'shadow.prefil'; did you mean 'shadow.prefill'?"
    ),
    ("strategies:\n  l2: 64x4", "m.yaml: unknown setting 'l2'"),
    ("l2: 64x0", "m.yaml: l2=64x0: geometry 64x0 has no ways; give it at least one"),
  ])
  func aBadFileIsRefusedByNameAndPlace(yaml: String, expected: String) {
    #expect(message(yaml).hasPrefix(expected), "\(message(yaml))")
  }

  @Test func theTextShowsShapesSourcesAndChanges() throws {
    var description = try MachineDescription(yaml: Self.file, fileName: "m.yaml", vocabulary: Self.vocabulary)
    try description.set("seed=5")
    let lines = try description.text().split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(lines.contains("* l1d.4K 96x6 96 6 16 file m.yaml"))
    #expect(lines.contains("* seed 5 --set"))
    #expect(lines.contains("* pwc.guest.pde off none, so that walks show every reference [D]"))
    #expect(
      lines.contains(
        "l1d.1G 4fa 4 4 1 Intel forum and 51cto quoting the Optimization Manual, table 2-15 (Skylake) [V2]"))
    #expect(lines.contains("* real-map.rmt flat given"))
    for setting in Setting.all { #expect(lines.contains { $0.contains(setting.key) }) }
  }
}
