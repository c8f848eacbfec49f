import Foundation
import Testing

@Suite struct PhysicalTraceTests {
  /// gem5's own two packets.
  private static let gem5 =
    Data([0x67, 0x65, 0x6d, 0x35, 0x29, 0x0a, 0x20]) + Data("Converted ASCII trace output.txt".utf8)
    + Data([0x18, 0x80, 0xa0, 0x94, 0xa5, 0x8d, 0x1d])
    + Data([0x0c, 0x08, 0xe8, 0x07, 0x10, 0x01, 0x18, 0xe7, 0x8a, 0x8d, 0x09, 0x20, 0x40])
    + Data([0x0b, 0x08, 0xa0, 0x1f, 0x10, 0x04, 0x18, 0xef, 0xfd, 0x02, 0x20, 0x40])

  @Test func aTraceOfPhysicalAddressesIsMarkedAndNotReplayed() throws {
    let tool = try Tool()
    try tool.write(Self.gem5, "packets.trc")
    try tool.write("load 0x1000 8\n", "loads.txt")
    #expect(try tool("import", "packets.trc", "-o", "a.pwt").status == 0)
    #expect(try tool("import", "loads.txt", "--addresses", "physical", "-o", "b.pwt").status == 0)
    for trace in ["a.pwt", "b.pwt"] {
      #expect(
        try tool("info", trace).text.contains("addresses     real (physical to the recorded machine), user"))
      for command in ["replay", "curve"] {
        try tool.expectMistake([command, trace], status: 4, says: [trace, "physical addresses", "virtual"])
      }
    }
  }

  @Test func noSegmentOfPhysicalAddressesHidesBehindAnother() throws {
    let tool = try Tool()
    try tool.write("load 0x1000 8\n", "loads.txt")
    _ = try tool("import", "loads.txt", "-o", "a.pwt")
    _ = try tool("import", "loads.txt", "--addresses", "physical", "-o", "b.pwt")
    try tool.write(try tool.read("a.pwt") + tool.read("b.pwt"), "c.pwt")
    try tool.expectMistake(["replay", "c.pwt"], status: 4, says: ["c.pwt", "physical addresses"])
    try tool.expectMistake(["cat", "a.pwt", "b.pwt", "--join", "-o", "d.pwt"], status: 3, says: ["--join"])
  }

  @Test func physicalAddressesMayBeDeclaredVirtual() throws {
    let tool = try Tool()
    try tool.write(Self.gem5, "packets.trc")
    #expect(try tool("import", "packets.trc", "--addresses", "virtual", "-o", "a.pwt").status == 0)
    #expect(try tool("replay", "a.pwt").status == 0)
  }

  @Test func samplesAreNoTraceAndGiveAHistogram() throws {
    let tool = try Tool()
    try tool.write(" 7ffdf1391ff8 10650100842 |OP LOAD|LVL L3 hit|SNP None|TLB L2 miss|LCK No\n", "perf.txt")
    try tool.expectMistake(["import", "perf.txt", "-o", "t.pwt"], status: 3, says: ["pagewalk histogram"])
    let histogram = try tool("histogram", "perf.txt")
    #expect(histogram.status == 0)
    #expect(histogram.text.hasSuffix("\n0x7ffdf1391000,1,1,0,0,0,0,1,0\n"))
    try tool.expectMistake(
      ["histogram", "perf.txt", "--format", "kvm", "-o", "out"], status: 3,
      says: ["perf.txt: has no events of KVM", "--format perf-mem"])
    try tool.expectMistake(["histogram", "perf.txt", "--page", "3K"], status: 2, says: ["--page"])
  }
}
