import Addressing
import Machines
import PageTables
import Results
import Testing
import TranslationCaches

@Suite struct MachineTests {
  @Test func everySettingReadsBackWhatItPrints() throws {
    let machine = try Machine()
    for setting in Setting.all {
      let text = try #require(machine.text(of: setting.key))
      #expect(text == setting.defaultText, "\(setting.key) is not in canonical form")
      let again = try Machine(changes: [SettingChange(setting.key, text, source: "test")])
      #expect(again == machine)
    }
  }

  @Test func settingKeysAreUnique() {
    #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
  }

  @Test(arguments: [
    ("l1d.4K", "96x6"), ("l1d.2M", "off"), ("l1i.policy", "tree-plru"), ("l1.split", "unified"),
    ("l1d.index", "xor"), ("l1i.index", "xor"), ("l2.index", "xor"),
    ("l2", "2048x16"), ("l2.split", "split"), ("pwc.host.pde", "64fa"), ("nested-tlb", "off"),
    ("guest.page", "thp"), ("guest.fragmentation", "0.125"), ("host.page", "2M"),
    ("host.backing", "prepopulated"),
    ("vm.memory", "3G"), ("vm.switch-flush", "all"), ("tlb.dirty", "since-fill"), ("vpid", "off"),
    ("seed", "99"),
    ("guest.allocator", "buddy"), ("guest.break-stores", "1"), ("vm.quantum", "7"),
  ])
  func aChangedSettingShowsInTextAndDigest(key: String, value: String) throws {
    let machine = try Machine(changes: [SettingChange(key, value, source: "test")])
    #expect(machine.text(of: key) == value)
    #expect(machine.digest != (try Machine()).digest)
    #expect(
      machine.canonicalText.contains("\n\(key)=\(value)\n") || machine.canonicalText.hasPrefix("\(key)="))
  }

  @Test func skylakeLRUHasSkylakesSizes() throws {
    let machine = try Machine(.skylakeLRU)
    let keys = [
      "l1d.4K", "l1d.2M", "l1d.1G", "l1i.4K", "l1i.2M", "l2", "l2.1G", "pwc.guest.pde", "pwc.guest.pdpte",
      "pwc.guest.pml4e", "pwc.host.pde", "nested-tlb", "l2.index",
    ]
    #expect(
      keys.map { machine.text(of: $0) } == [
        "64x4", "32x4", "4fa", "128x8", "8fa", "1536x12", "16x4", "32x4", "4fa", "2fa", "32x4", "32fa",
        "modulo",
      ])
    #expect(machine.l2.page4K2M?.sets == 128)
    #expect(
      [machine.l1d.policy, machine.l1i.policy, machine.l2.policy, machine.nestedTLBPolicy].allSatisfy {
        $0 == .lru
      })
  }

  @Test func textbookHasNoCachesInsideWalks() throws {
    let machine = try Machine(.textbook)
    #expect((2...5).allSatisfy { machine.guestWalkCaches[$0] == nil && machine.hostWalkCaches[$0] == nil })
    #expect(machine.nestedTLB == nil)
    #expect(machine.l2.page4K2M == (try Geometry(entries: 1536, ways: 12)))
  }

  @Test func toyFitsAFewLinesOfPaper() throws {
    let machine = try Machine(.toy)
    #expect(machine.guest.levels == 2 && machine.host.levels == 2)
    #expect(machine.l1i == machine.l1d)
    #expect(machine.l1d[.size4K] == (try Geometry(fullyAssociative: 4)))
    #expect(machine.l2.page4K2M == nil)
  }

  @Test func digestsStayTheSameAcrossRuns() throws {
    #expect(try Machine(.skylakeLRU).digest == "aa75bcfebe2b46816704489e3cedb11a")
    #expect(try Machine(.toy).digest == "bef564885fca9e841c69b8ff17ec9688")
  }

  @Test func digestsAreOfTheCanonicalText() throws {
    for preset in [Preset.skylakeLRU, .textbook, .toy] {
      let machine = try Machine(preset)
      #expect(machine.digest == StableDigest(of: machine.canonicalText).description)
    }
    var digest = StableDigest(of: "one")
    digest.append(" and two")
    #expect(digest == StableDigest(of: "one and two"))
    digest.append("key", "value")
    #expect(digest == StableDigest(of: "one and twokey=value\n"))
  }

  @Test func axesAreEmptyWhereASettingMeansNothing() throws {
    func axis(_ key: String, _ preset: Preset) throws -> ConfigurationAxis? {
      try Machine(preset).configuration.first { $0.key == key }
    }
    #expect(try axis("l1i.4K", .toy)?.value == "")
    #expect(try axis("l1i.4K", .skylakeLRU)?.value == "128x8")
    #expect(try axis("guest.fragmentation", .skylakeLRU)?.value == "")
    #expect(try axis("l1i.4K", .toy)?.column == "l1i_4K")
  }

  @Test func theHypervisorGetsTheHostsSettings() throws {
    let changes = [
      ("host.page", "2M"), ("host.allocator", "buddy"), ("host.fragmentation", "0.25"), ("vm.memory", "4G"),
      ("seed", "9"),
    ].map { SettingChange($0, $1, source: "test") }
    let settings = try Machine(changes: changes).hypervisor
    #expect(settings.hostPage == .size2M && settings.allocator == .buddy && settings.fragmentation == 0.25)
    #expect(settings.realMemoryBytes == 4 << 30 && settings.seed == 9)
    #expect(settings.backing == .onDemand)
  }
}
