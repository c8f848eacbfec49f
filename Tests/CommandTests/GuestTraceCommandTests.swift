import Foundation
import Testing

/// Traces of whole guests through commands.
@Suite struct GuestTraceCommandTests {
  private static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "traces/guests/\(name).pwt").path
  }

  @Test func replayTellsThatAWholeGuestWasTraced() throws {
    let tool = try Tool()
    let outcome = try tool("replay", Self.path("fork"), "--csv", "rows.csv")
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("fork.pwt on skylake-lru, the guest's own pages, 4K host pages"))
    #expect(!outcome.text.contains("trace_scope=user") && !outcome.text.contains("the trace lacks"))
    #expect(outcome.text.contains("warning: trace_scope=system-user"))
    let lines = String(decoding: try tool.read("rows.csv"), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
    let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false)
    #expect(lines.count == 5, "a row for each strategy")
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      func cell(_ name: String) -> Substring? { columns.firstIndex { $0 == name }.map { cells[$0] } }
      #expect(cell("trace_scope") == "system-user" && cell("page_policy") == "recorded")
      for column in ["guest_page", "guest_allocator", "guest_zero-page", "guest_invlpg-limit"] {
        #expect(cell(column) == "", "\(column)")
      }
      #expect(cell("guest_levels") == "4")
      #expect(cell("address_space_switches") == "262")
    }
  }

  @Test func whatWasLeftOutOfAGuestIsSaid() throws {
    let tool = try Tool()
    #expect(try tool("info", Self.path("fork")).text.contains("left out      accesses of the kernel\n"))
    #expect(try !tool("info", Self.path("pingpong")).text.contains("left out"))
    let whole = try tool("replay", Self.path("pingpong"), "--strategy", "native", "--csv", "rows.csv")
    #expect(whole.status == 0 && !whole.text.contains("warning: trace_scope"))
    #expect(String(decoding: try tool.read("rows.csv"), as: UTF8.self).contains(",system,"))
    #expect(try tool("cut", Self.path("fork"), "--limit", "1000", "-o", "part.pwt").status == 0)
    #expect(try tool("info", "part.pwt").text.contains("left out      accesses of the kernel"))
    let joined = try tool("cat", "--join", Self.path("fork"), Self.path("pingpong"), "-o", "both.pwt")
    #expect(joined.status == 3 && joined.messages.contains("left out"))
    let merged = try tool("merge", "--as", "vms", Self.path("fork"), Self.path("pingpong"), "-o", "both.pwt")
    #expect(merged.status != 0 && merged.messages.contains("what was left out"))
  }

  @Test func settingsOfTheGuestModelAreAMistake() throws {
    let tool = try Tool()
    let outcome = try tool("replay", Self.path("fork"), "--guest-page", "2M")
    #expect(outcome.status == 4 && outcome.messages.contains("guest.page"))
    let levels = try tool("replay", Self.path("fork-la57"))
    #expect(levels.status == 4 && levels.messages.contains("set guest.levels=5"))
    #expect(try tool("replay", Self.path("fork"), "--ignore-events").status == 2)
  }

  @Test func verifyHoldsRealAddressesAgainstTheTables() throws {
    let tool = try Tool()
    let outcome = try tool("verify", "--translations", Self.path("fork"))
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("0 of 387321 real addresses differ from the page tables"))
    try tool.write("load 0x1000 8\n", "user.txt")
    #expect(try tool("import", "user.txt", "-o", "user.pwt").status == 0)
    #expect(try tool("verify", "--translations", "user.pwt").status == 2)
    // One bit of an address that the recorder saw.
    let text = try tool("export", Self.path("fork")).text
    let changed = text.replacing(/translation (0x[0-9a-f]+) 0x([0-9a-f]+)0000\b/, maxReplacements: 1) {
      "translation \($0.output.1) 0x\($0.output.2)1000"
    }
    #expect(changed != text)
    try tool.write(changed, "changed.txt")
    #expect(try tool("import", "changed.txt", "-o", "changed.pwt", "--scope", "whole-system").status == 0)
    let found = try tool("verify", "--translations", "changed.pwt")
    #expect(found.status == 3 && found.messages.contains("differ from the page tables, first at record"))
  }

  @Test func selftestReplaysATrace() throws {
    let tool = try Tool()
    let outcome = try tool("selftest", "--trace", Self.path("fork"))
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("real-map: 59416 page runs"))
    #expect(!outcome.text.contains("WRONG"))
  }

  /// Two processes that keep what they cached, until INVPCID drops the second one's.
  @Test func aGuestThatUsesIdentifiersIsTakenFromItsText() throws {
    let tool = try Tool()
    try tool.write(
      """
      vm 0 vcpu 0 process 1 table-linked 0x103000 1 0 0=0x5027
      table-linked 0x102000 2 0 2=0x103027
      table-linked 0x101000 3 0 0=0x102027
      table-linked 0x100000 4 0 0=0x101027
      table-linked 0x203000 1 0 0=0x6027
      table-linked 0x202000 2 0 2=0x203027
      table-linked 0x201000 3 0 0=0x202027
      table-linked 0x200000 4 0 0=0x201027
      control-register cr0 0x80050033
      control-register cr4 0x20020
      control-register efer 0xd01
      control-register cr3 0x100001
      load 0x400000 8
      control-register cr3 0x200002
      load 0x400000 8
      control-register cr3 0x8000000000100001
      load 0x400000 8
      invalidate-context 1 2 0x0
      control-register cr3 0x8000000000200002
      load 0x400000 8

      """, "guest.txt")
    let imported = try tool(
      "import", "guest.txt", "-o", "guest.pwt", "--format", "text", "--scope", "whole-system")
    #expect(imported.status == 0, "\(imported.messages)")
    let refused = try tool("replay", "guest.pwt")
    #expect(refused.status == 1 && refused.messages.contains("set pcid=on"))
    let table = try tool("replay", "guest.pwt", "--strategy", "native", "--set", "pcid=on")
    #expect(table.text.contains(/native +3 +12\b/), "\(table.text)")
    let checked = try tool("selftest", "--trace", "guest.pwt")
    #expect(checked.status == 0 && checked.text.contains("real-map: 4 page runs"))
    #expect(try tool("verify", "guest.pwt").status == 0)
  }

  @Test func recheckFindsTheRowsOfASweepAsTheyWere() throws {
    let tool = try Tool()
    try tool.write(
      """
      base: skylake-lru
      cross:
        trace: [\(Self.path("fork"))]
        strategy: [native, nested, real-map, shadow]
        l2: [1536x12, 64x4]
      """, "plan.yaml")
    let run = try tool("sweep", "run", "plan.yaml", "--store", "s.sqlite")
    #expect(run.status == 0, "\(run.messages)")
    let outcome = try tool("recheck", "s.sqlite", "--sample", "8")
    #expect(outcome.status == 0, "\(outcome.messages)")
  }
}
