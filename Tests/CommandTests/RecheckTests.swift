import Foundation
import Testing

/// Rechecking finds what is right right, and what is wrong wrong.
@Suite struct RecheckTests {
  @Test func rowsOfASweepAreIdenticalWhenReplayedAlone() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    #expect(try sweep.tool("recheck", "plan.sqlite").text == "20 of 20 identical\n")
    #expect(try sweep.tool("report", "plan.sqlite", "--csv", "r.csv").status == 0)
    #expect(try sweep.tool("recheck", "r.csv", "--sample", "5", "--seed", "7").text == "5 of 5 identical\n")
  }

  @Test func rowsOfEveryKindOfReplayAreIdentical() throws {
    let sweep = try SweepFixtures()
    let replays = [
      ["--machine", "toy", "--machine", "textbook"],
      ["--set", "real-map.rmt=flat", "--set", "shadow.prefill=on"],
      ["--guest-page", "4K,2M,thp", "--host-page", "4K,2M"], ["--skip", "200", "--limit", "600"],
      ["--ignore-events", "--seed", "9"], ["--set", "l1.split=unified", "--set", "vpid=off"],
      ["--interval", "100", "--warmup", "33%"], ["--set", "guest.levels=5", "--backing", "prepopulated"],
    ]
    for options in replays {
      let replay = try sweep.tool.run(["replay", "b.pwt", "--csv", "r.csv"] + options)
      #expect(replay.status == 0, "\(replay.messages)")
      let recheck = try sweep.tool("recheck", "r.csv", "--sample", "100")
      #expect(recheck.status == 0, "\(options): \(recheck.messages)")
      #expect(recheck.text.contains(#/^([0-9]+) of \1 identical\n$/#))
    }
  }

  @Test func aTraceInAnotherFolderIsFoundFromTheCSVOfItsReplay() throws {
    let tool = try Tool()
    for folder in ["traces", "results"] {
      try FileManager.default.createDirectory(
        at: tool.folder.appending(path: folder), withIntermediateDirectories: false)
    }
    try tool.write(try SampleTrace.bytes(), "traces/t.pwt")
    #expect(try tool("replay", "traces/t.pwt", "--csv", "results/r.csv").status == 0)
    #expect(try tool("recheck", "results/r.csv").text == "4 of 4 identical\n")
    // A folder that went elsewhere with all that is in it.
    #expect(try tool("replay", "traces/t.pwt", "--csv", "r.csv").status == 0)
    try FileManager.default.createDirectory(
      at: tool.folder.appending(path: "moved"), withIntermediateDirectories: false)
    for name in ["traces", "r.csv"] {
      try FileManager.default.moveItem(
        at: tool.folder.appending(path: name), to: tool.folder.appending(path: "moved/\(name)"))
    }
    #expect(try tool("recheck", "moved/r.csv").text == "4 of 4 identical\n")
    try tool.expectMistake(["recheck", "results/r.csv"], status: 66, says: ["--trace FILE"])
  }

  @Test func aTraceFromAPipeIsNotLookedForInStandardInput() throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    #expect(try tool.run(["replay", "-", "--csv", "r.csv"], input: trace).status == 0)
    try tool.write(trace, "t.pwt")
    #expect(try tool.run(["recheck", "r.csv"], input: trace).status == 66)
    #expect(try tool("recheck", "r.csv", "--trace", "t.pwt").status == 0)
  }

  @Test func aWrongCounterIsNamed() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    _ = try sweep.query(
      "plan.sqlite", "update rows set steady_l2_misses = steady_l2_misses + 3 where rowid = 9")
    let recheck = try sweep.tool("recheck", "plan.sqlite", "--sample", "100")
    #expect(recheck.status == 1)
    #expect(recheck.text == "41 of 42 identical\n")
    #expect(recheck.messages.contains("steady_l2_misses is"))
  }

  @Test func aRowThatEndsBeforeItStartsIsRefused() throws {
    let sweep = try SweepFixtures()
    try #require(try sweep.tool("replay", "b.pwt", "--skip", "200", "--csv", "r.csv").status == 0)
    var lines = try String(decoding: sweep.tool.read("r.csv"), as: UTF8.self).components(separatedBy: "\n")
    let header = try #require(lines.firstIndex { !$0.hasPrefix("#") })
    let column = try #require(lines[header].components(separatedBy: ",").firstIndex(of: "last_access"))
    for line in lines.indices where line > header && !lines[line].isEmpty {
      var fields = lines[line].components(separatedBy: ",")
      fields[column] = "100"
      lines[line] = fields.joined(separator: ",")
    }
    try sweep.tool.write(lines.joined(separator: "\n"), "r.csv")
    try sweep.tool.expectMistake(["recheck", "r.csv"], status: 3, says: ["accesses 200 to 100"])
  }

  @Test func aTraceThatIsNotThereIsAskedFor() throws {
    let sweep = try SweepFixtures()
    try sweep.run()
    try sweep.tool.write(try sweep.tool.read("a.pwt"), "moved.pwt")
    try sweep.tool.write(Data(), "a.pwt")
    try sweep.tool.expectMistake(["recheck", "plan.sqlite"], status: 66, says: ["--trace"])
    #expect(try sweep.tool("recheck", "plan.sqlite", "--trace", "moved.pwt").status == 0)
  }
}
