import Foundation
import Glibc
import Testing

/// Whether no signal is ignored, as some are behind nohup: what the tests ignore, programs that they start ignore too.
private let heedsSignals = [SIGINT, SIGTERM, SIGHUP].allSatisfy { signal in
  var action = sigaction()
  sigaction(signal, nil, &action)
  // SIG_IGN of <signal.h>, which Swift cannot compare with.
  return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 1
}

/// A recording that is ended from outside is kept.
@Suite(.enabled(if: heedsSignals, "the tests' own signals are ignored"), .timeLimit(.minutes(5)))
struct RecordInterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalToTheToolAloneEndsTheProgramAndKeepsTheTrace(signal: Int32) throws {
    let tool = try Tool()
    #expect(try statusOfRecording("echo ready; while :; do :; done", endedBy: signal, tool) == 128 + signal)
    #expect(
      String(decoding: try tool.read(".messages"), as: UTF8.self)
        .contains("pagewalk: note: the program was ended by signal \(signal), and is recorded until then\n"))
    #expect(try tool("verify", "t.pwt").status == 0)
    #expect(try tool("info", "t.pwt").text.contains("while :; do :; done"))
    #expect(try tool.files() == ["t.pwt"])
  }

  @Test func aSignalThatTheProgramCatchesIsItsBusiness() throws {
    let tool = try Tool()
    let script = "trap 'echo caught >> told; exit 9' INT; echo ready; while :; do :; done"
    #expect(try statusOfRecording(script, endedBy: SIGINT, tool) == 9)
    #expect(try tool.read("told") == Data("caught\n".utf8))
    #expect(try tool("verify", "t.pwt").status == 0)
  }

  @Test func whatWasRecordedUntilTheToolIsKilledCanBeSalvaged() throws {
    let tool = try Tool()
    let process = try tool.start(["record", "-o", "t.pwt", "--", "sh", "-c", "while :; do :; done"])
    let partial = ".t.pwt.\(process.processIdentifier).partial"
    // Until several blocks are written.
    while process.isRunning, try !tool.exists(partial) || tool.read(partial).count < 20_000 { usleep(10_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let salvage = try tool("verify", partial, "--salvage", "kept.pwt")
    #expect(salvage.status == 3 && salvage.messages.contains("kept"))
    #expect(try tool("verify", "kept.pwt").status == 0)
    #expect(try ReplayTable(tool, "kept.pwt", "--strategy", "native").counts("accesses")[0] > 60_000)
  }

  /// Records a script without an end that says when it is ready, and signals the tool alone.
  private func statusOfRecording(
    _ script: String, endedBy signal: Int32, _ tool: borrowing Tool
  ) throws -> Int32 {
    // Threads of tests block signals, and what they start would, too.
    var (none, blocked) = (sigset_t(), sigset_t())
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    let process = try tool.start(["record", "-o", "t.pwt", "--", "sh", "-c", script])
    pthread_sigmask(SIG_SETMASK, &blocked, nil)
    while process.isRunning, try tool.read(".output").isEmpty { usleep(10_000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    return process.terminationStatus
  }
}
