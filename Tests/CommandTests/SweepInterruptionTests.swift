import Foundation
import Glibc
import Testing

/// Sweeps that are killed, divided, or run twice at a time.
@Suite struct SweepInterruptionTests {
  @Test func whatWasFinishedStaysHoweverOftenASweepIsKilled() throws {
    let sweep = try SweepFixtures()
    // Two lanes a batch.
    let arguments = ["sweep", "run", "plan.yaml", "--memory", "51M", "--jobs", "1"]
    try sweep.run("--store", "whole.sqlite")
    var finished = 0
    var kills = 0
    for kill in 0..<20 {
      let process = try sweep.tool.start(arguments)
      usleep(UInt32.random(in: 0..<UInt32(10_000 + 4_000 * kill)))
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { kills += 1 }
      guard sweep.tool.exists("plan.sqlite") else { continue }
      let counted = try sweep.tool("sweep", "status", "plan.sqlite")
      guard counted.status == 0 else { continue }
      let now = Int(counted.text.matches(of: /: ([0-9]+) of/).first?.output.1 ?? "0") ?? 0
      #expect(now >= finished)
      finished = now
    }
    #expect(kills > 0)
    try sweep.run()
    #expect(try sweep.csv("plan.sqlite") == sweep.csv("whole.sqlite"))
    #expect(try sweep.query("plan.sqlite", "pragma integrity_check").contains("ok"))
  }

  @Test func processesOnOneStoreDoNotDisturbEachOther() throws {
    let sweep = try SweepFixtures()
    try sweep.run("--store", "whole.sqlite")
    let processes = try (0..<3).map { number in
      try sweep.tool.start(
        ["sweep", "run", "plan.yaml", "--memory", "51M", "--jobs", "1"], name: "\(number)")
    }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
    #expect(try sweep.csv("plan.sqlite") == sweep.csv("whole.sqlite"))
  }

  @Test func sharesMergeInAnyOrderToTheWhole() throws {
    let sweep = try SweepFixtures()
    try sweep.run("--store", "whole.sqlite")
    for share in 1...3 { try sweep.run("--shard", "\(share)/3") }
    let stores = (1...3).map { "plan.\($0)-of-3.sqlite" }
    for (number, order) in [[0, 1, 2], [2, 0, 1]].enumerated() {
      let merge = try sweep.tool.run(
        ["sweep", "merge", "-o", "all\(number).sqlite"] + order.map { stores[$0] })
      #expect(merge.status == 0, "\(merge.messages)")
      #expect(merge.text == "plan.yaml: 42 of 42 points\n")
      #expect(try sweep.csv("all\(number).sqlite") == sweep.csv("whole.sqlite"))
    }
    let partial = try sweep.tool("sweep", "merge", stores[0], stores[2], "-o", "some.sqlite")
    #expect(partial.status == 5)
    #expect(partial.text.contains("28 of 42 points, 14 missing"))
    #expect(partial.text.split(separator: "\n").count == 15)
  }

  @Test func storesThatDisagreeAreFound() throws {
    let sweep = try SweepFixtures()
    try sweep.run("--store", "a.sqlite")
    try sweep.run("--store", "b.sqlite")
    _ = try sweep.query("b.sqlite", "update rows set steady_walks = steady_walks + 1 where rowid = 20")
    let merge = try sweep.tool("sweep", "merge", "a.sqlite", "b.sqlite", "-o", "c.sqlite")
    #expect(merge.status == 3)
    #expect(merge.messages.contains("disagree") && merge.messages.contains("steady_walks"))
  }
}
