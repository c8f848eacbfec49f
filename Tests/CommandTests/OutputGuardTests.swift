import Foundation
import Testing

/// What is read is never lost to what is written.
@Suite struct OutputGuardTests {
  @Test(
    arguments: [
      ["replay", "t.pwt", "--csv", "t.pwt"], ["replay", "t.pwt", "--json", "t.pwt"],
      ["replay", "u.pwt", "t.pwt", "--markdown", "t.pwt"], ["curve", "t.pwt", "--csv", "t.pwt"],
      ["export", "t.pwt", "-o", "t.pwt"], ["cut", "t.pwt", "--limit", "3", "-o", "t.pwt"],
      ["cat", "u.pwt", "t.pwt", "-o", "t.pwt"], ["merge", "u.pwt", "t.pwt", "--as", "vms", "-o", "t.pwt"],
      ["verify", "t.pwt", "--salvage", "t.pwt"], ["replay", "t.pwt", "--csv", "link"],
      ["replay", "link", "--csv", "t.pwt"], ["export", "./t.pwt", "-o", "t.pwt"],
    ])
  func noOutputTakesThePlaceOfATraceThatIsRead(arguments: [String]) throws {
    let tool = try Tool()
    let trace = try SampleTrace.bytes()
    for name in ["t.pwt", "u.pwt"] { try tool.write(trace, name) }
    try FileManager.default.createSymbolicLink(
      at: tool.folder.appending(path: "link"), withDestinationURL: tool.folder.appending(path: "t.pwt"))
    let outcome = try tool.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.messages.contains("name another output"), "\(outcome.messages)")
    #expect(try tool.read("t.pwt") == trace)
  }

  @Test func noOutputTakesThePlaceOfResultsOrOfAForeignTrace() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write(SampleTrace.text, "t.txt")
    #expect(try tool("replay", "t.pwt", "--csv", "r.csv").status == 0)
    for (arguments, file) in [
      (["report", "r.csv", "--csv", "r.csv"], "r.csv"), (["import", "t.txt", "-o", "t.txt"], "t.txt"),
    ] {
      let before = try tool.read(file)
      #expect(try tool.run(arguments).status == 2)
      #expect(try tool.read(file) == before)
    }
  }

  @Test(
    arguments: [
      ["replay", "t.pwt", "--machine", "./m.yaml", "--csv", "m.yaml"],
      ["replay", "t.pwt", "--cost", "costs", "--json", "costs"],
      ["report", "r.csv", "--cost", "costs", "--markdown", "costs"],
      ["sweep", "run", "plan.yaml", "--store", "plan.yaml"],
      ["sweep", "run", "plan.yaml", "--store", "./costs"], ["sweep", "run", "plan.yaml", "--store", "t.pwt"],
      ["sweep", "run", "plan.yaml", "--store", "./m.yaml"],
      ["sweep", "merge", "a.sqlite", "b.sqlite", "-o", "a.sqlite"],
      ["record", "-o", "program", "--", "./program"],
    ])
  func noOutputTakesThePlaceOfAnythingElseThatIsRead(arguments: [String]) throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write("l2:\n  policy: lru\n", "m.yaml")
    try tool.write("# as they are\n", "costs")
    try tool.write("#!/bin/sh\n", "program")
    try tool.write("{set: {trace: t.pwt, strategy: native, machine: ./m.yaml, cost: costs}}\n", "plan.yaml")
    #expect(try tool("replay", "t.pwt", "--strategy", "native", "--csv", "r.csv").status == 0)
    for name in ["a", "b"] {
      let sweep = try tool("sweep", "run", "plan.yaml", "--store", "\(name).sqlite")
      #expect(sweep.status == 0, "\(sweep.messages)")
    }
    try tool.expectMistake(arguments, status: 2, says: ["name another output"])
  }

  @Test func anotherFileIsReplaced() throws {
    let tool = try Tool()
    try tool.write(try SampleTrace.bytes(), "t.pwt")
    try tool.write("older", "o.txt")
    #expect(try tool("export", "t.pwt", "-o", "o.txt").status == 0)
    #expect(try tool.read("o.txt") != Data("older".utf8))
  }
}
