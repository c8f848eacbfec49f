import Foundation
import Testing

/// What a replay says of the structures and settings of its machine.
@Suite struct MachineSettingsTests {
  private func prepared() throws -> Tool {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    return tool
  }

  @Test func hitsOfWalkCachesThatAreNotThereAreEmpty() throws {
    let tool = try prepared()
    func hits(_ settings: String...) throws -> [Bool] {
      let options = settings.flatMap { ["--set", $0] } + ["--csv", "-", "--strategy", "nested"]
      let lines = try tool.run(["replay", "t.pwt", "--machine", "textbook"] + options).text
        .split(separator: "\n").filter { !$0.hasPrefix("#") }
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      return try ["guest_walk_cache_hits", "steady_guest_walk_cache_hits", "host_walk_cache_hits"].map {
        name in
        !lines[1][try #require(lines[0].firstIndex(of: name))].isEmpty
      }
    }
    #expect(try hits() == [false, false, false])
    #expect(try hits("pwc.guest.pdpte=4fa") == [true, true, false])
    #expect(try hits("pwc.host.pml4e=2fa") == [false, false, true])
    // Tables of three levels have no entries of the fourth.
    #expect(try hits("pwc.host.pml4e=2fa", "host.levels=3") == [false, false, false])
  }

  @Test func resultsThatTell0OfThemAreReadAndRechecked() throws {
    let tool = try prepared()
    var lines = try tool("replay", "t.pwt", "--machine", "textbook", "--strategy", "nested", "--csv", "-")
      .text
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let heading = try #require(lines.firstIndex { $0.contains("walks") })
    for (column, name) in lines[heading].enumerated() where name.hasSuffix("walk_cache_hits") {
      #expect(lines[heading + 1][column] == "")
      lines[heading + 1][column] = "0"
    }
    try tool.write(lines.map { $0.joined(separator: ",") + "\n" }.joined(), "old.csv")
    #expect(try tool("recheck", "old.csv").text == "1 of 1 identical\n")
    #expect(try tool("report", "old.csv").status == 0)
  }

  @Test func aSettingThatCannotMatterIsRemarkedOn() throws {
    let tool = try prepared()
    func remarks(_ settings: String...) throws -> String {
      let outcome = try tool.run(
        ["replay", "t.pwt", "--strategy", "native", "--guest-page", "4K,2M"]
          + settings.flatMap { ["--set", $0] })
      #expect(outcome.status == 0, "\(outcome.messages)")
      return outcome.messages
    }
    #expect(
      try remarks("guest.fragmentation=0.5")
        == "pagewalk: note: guest.fragmentation=0.5 means nothing with the other settings: see presets show --keys\n"
    )
    #expect(try remarks("guest.fragmentation=0.5", "guest.allocator=buddy") == "")
    #expect(try remarks("l1.split=unified", "l1i.2M=8fa").contains("l1i.2M=8fa means nothing"))
    #expect(try tool("presets", "show", "--keys").text.contains("of guest.allocator=buddy alone"))
  }

  @Test func namesOfOneLetterTakeTheirValueWithoutASpace() throws {
    let tool = try prepared()
    let apart = try tool("replay", "t.pwt", "-j", "1")
    let joined = try tool("replay", "t.pwt", "-j1")
    #expect(joined.status == 0 && joined.text == apart.text)
    #expect(try tool("cut", "t.pwt", "--limit", "5", "-opart.pwt").status == 0)
    #expect(try tool.files().contains("part.pwt"))
    try tool.expectMistake(["replay", "t.pwt", "-j0"], status: 2, says: ["-j", "from 1 to 1024"])
  }

  @Test func aSelftestTakesAccessesInPowersOfTen() throws {
    let tool = try Tool()
    let plain = try tool("selftest", "--accesses", "1500")
    #expect(plain.status == 0)
    #expect(try tool("selftest", "--accesses", "1.5k").text == plain.text)
  }
}
