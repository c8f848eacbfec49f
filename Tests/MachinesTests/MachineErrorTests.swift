import Machines
import Testing

/// One line on stderr is all that a user sees, so the wording is part of the interface.
@Suite struct MachineErrorTests {
  private func message(_ assignments: String...) -> String {
    var description = MachineDescription()
    do {
      for assignment in assignments { try description.set(assignment, vocabulary: Self.vocabulary) }
      _ = try description.machine()
      return "accepted"
    } catch {
      return error.description
    }
  }

  private static let vocabulary = StrategyVocabulary([
    ("native", []), ("shadow", ["prefill"]), ("real-map", ["rmt"]),
  ])

  @Test(arguments: [
    ("l1d.4k=64x4", "unknown setting 'l1d.4k'; did you mean 'l1d.4K'?"),
    ("gest.page=2M", "unknown setting 'gest.page'; did you mean 'guest.page'?"),
    ("real-map.rtm=flat", "unknown setting 'real-map.rtm'; did you mean 'real-map.rmt'?"),
    ("l2.way=4", "unknown setting 'l2.way'; did you mean 'l2=ENTRIESxWAYS'?"),
    ("l1d.4K.sets=16", "unknown setting 'l1d.4K.sets'; did you mean 'l1d.4K=ENTRIESxWAYS'?"),
    ("colour=blue", "unknown setting 'colour'; see presets show for every key"),
    ("l2", "'l2' sets nothing; write key=value"),
    ("=5", "'=5' sets nothing; write key=value"),
  ])
  func unknownKeysComeWithASuggestion(assignment: String, expected: String) {
    #expect(message(assignment) == expected)
  }

  @Test(arguments: [
    ("l2=64x0", "l2=64x0: geometry 64x0 has no ways; give it at least one"),
    ("l2=100x12", "l2=100x12: geometry 100x12: the entries are not a multiple of the ways"),
    ("l2=big", "geometry 'big' is not understood"),
    (
      "l2.policy=tree-plru",
      "l2: geometry 1536x12: tree-plru needs a power-of-two number of ways; choose another policy or geometry"
    ),
    ("guest.page=16K", "guest.page=16K: it is not a supported page size"),
    ("host.page=16K", "host.page=16K: it is not a supported page size; choose one of 4K|2M|1G"),
    ("guest.levels=6", "guest.levels=6: it must be from 2 to 5"),
    ("guest.levels=-1", "guest.levels=-1: it is not a whole number"),
    ("vm.memory=8K", "vm.memory=8K is too small for pages of 4K; give it 256K or more"),
    ("vm.memory=lots", "vm.memory=lots: write an amount of memory as 512M or 16G"),
    ("vm.memory=99999999T", "vm.memory=99999999T: it is too large"),
    ("vm.quantum=0", "vm.quantum=0 gives no virtual machine a turn; give it at least 1 access"),
    ("l2.index=xor7", "l2.index=xor7: it is not one of modulo|xor"),
    (
      "guest.kernel=touches",
      "guest.kernel=touches: the kernel's own accesses are not modelled; leave it at silent"
    ),
    (
      "guest.fragmentation=1.5",
      "guest.fragmentation=1.5: write a share from 0 to 1, with up to three decimals"
    ),
    ("vpid=maybe", "vpid=maybe: it is not one of on|off"),
    ("l1d.4K=off", "l1d.4K and l1i.4K cannot be off: every core has a first-level TLB for 4K pages"),
  ])
  func nonsenseIsRefusedWithAReason(assignment: String, expected: String) {
    #expect(message(assignment).contains(expected))
  }

  @Test func settingsThatDisagreeAreRefused() {
    #expect(
      message("guest.levels=2", "guest.page=1G") == "guest.page=1G needs guest.levels of at least 3, not 2")
    #expect(
      message("l2.index=xor", "l2=1152x12")
        == "l2: geometry 1152x12 has 96 sets: index xor needs a power of two; choose modulo or another geometry"
    )
    #expect(message("l1i.index=xor", "l1i.2M=12x4").hasPrefix("l1i.2M: geometry 12x4 has 3 sets"))
    #expect(
      message("host.levels=2") == "vm.memory=16G is more than 1G, the most for host.levels=2")
  }

  @Test func skylakeIsReserved() {
    #expect(throws: MachineError.reservedPreset("skylake", use: "skylake-lru")) {
      try Preset.named("skylake")
    }
    #expect(throws: MachineError.unknownPreset("textbok", suggestion: "textbook")) {
      try Preset.named("textbok")
    }
  }
}
