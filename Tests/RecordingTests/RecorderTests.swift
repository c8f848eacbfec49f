import Addressing
import Foundation
import Importing
import Recording
import Testing
import Traces

/// These tests need valgrind, which script/setup installs; without it they fail and say so.
@Suite(.serialized) struct RecorderTests {
  private struct Counts {
    var accesses: UInt64 = 0
    var fetches: UInt64 = 0
    var events: [Event] = []
    var eventsBeforeTheFirstAccess = 0
  }

  private func record(
    _ command: [String], _ window: RecordWindow = RecordWindow()
  ) throws -> (Counts, Recorder.Result) {
    var counts = Counts()
    let result = try Recorder(command).record(window) { block in
      counts.fetches += UInt64(block.accesses.count { $0.kind == .fetch })
      if counts.accesses == 0 { counts.eventsBeforeTheFirstAccess += block.events.count { $0.position == 0 } }
      counts.accesses += UInt64(block.accesses.count)
      counts.events += block.events.map(\.event)
      #expect(block.spans.allSatisfy { $0.owner == .unknown })
    }
    return (counts, result)
  }

  @Test func recordsTrue() throws {
    let (counts, result) = try record(["true"])
    #expect(result.status == 0)
    #expect(result.remarks == [])
    #expect(counts.fetches > 50_000)
    #expect(counts.accesses > counts.fetches)
    #expect(counts.events.contains { if case .map(_, _, _, .file) = $0 { true } else { false } })
    #expect(counts.events.last == .exit(wholeProcess: true))
  }

  @Test func passesTheStatusOn() throws {
    #expect(try record(["sh", "-c", "exit 7"]).1.status == 7)
    let killed = try record(["sh", "-c", "kill -9 $$"]).1
    #expect(killed.status == 137)
    #expect(killed.remarks.contains("the program was ended by signal 9, and is recorded until then"))
  }

  @Test func keepsAWindow() throws {
    let (counts, result) = try record(["true"], RecordWindow(skip: 50_000, limit: 1000))
    #expect(counts.accesses == 1000)
    #expect(counts.eventsBeforeTheFirstAccess > 3, "the mappings of what was skipped")
    #expect(result.status == 0)
  }

  @Test func endsAProgramThatWouldNotEnd() throws {
    let (counts, result) = try record(
      ["sh", "-c", "trap '' TERM; while :; do :; done"], RecordWindow(limit: 200_000))
    #expect(counts.accesses == 200_000)
    #expect(result.status == 0)
  }

  @Test func leavesForkedChildrenOut() throws {
    let (counts, result) = try record(["sh", "-c", "(exit 0); (exit 0)"])
    #expect(counts.events.count { if case .clone(_, false) = $0 { true } else { false } } == 2)
    #expect(counts.events.count { if case .exit = $0 { true } else { false } } == 1)
    #expect(result.remarks == ["2 child processes were left out: record what ran there by itself"])
  }

  @Test func doesNotWaitForADaemonThatHoldsThePipe() throws {
    let end = FileManager.default.temporaryDirectory.appending(path: "pagewalk-daemon-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: end) }
    let (_, result) = try record(["sh", "-c", "(sleep 60; : > '\(end.path)') & exit 3"])
    #expect(result.status == 3)
    #expect(!FileManager.default.fileExists(atPath: end.path), "the daemon has not ended")
  }

  @Test func aCommandThatDoesNotExistIsAnError() {
    #expect(throws: RecordingError.nothingRecorded(outcome: "ended with status 127")) {
      try record(["/no/such/command"])
    }
  }

  @Test func skippingMoreThanThereIsIsAnError() {
    let error = #expect(throws: RecordingError.self) {
      try record(["true"], RecordWindow(skip: 1_000_000_000))
    }
    guard case .skippedAll(1_000_000_000, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
