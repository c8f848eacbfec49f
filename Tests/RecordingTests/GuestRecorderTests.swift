import Addressing
import Foundation
import Recording
import Testing
import Traces

/// Boots guests where script/setup-guest has been run; elsewhere these tests are skipped.
@Suite(.serialized) struct GuestRecorderTests {
  private static var folder: String {
    let environment = ProcessInfo.processInfo.environment
    return (environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache") + "/pagewalk/guest"
  }

  private static var isSetUp: Bool { (try? GuestSetup(folder: folder)) != nil }

  @Test(.enabled(if: isSetUp, "run script/setup-guest to boot guests in tests"))
  func recordsAProgramItsKernelAndItsTables() throws {
    let recorder = GuestRecorder(setup: try GuestSetup(folder: Self.folder), options: GuestOptions())
    var kernel = 0
    var user = 0
    var events: [Event] = []
    let end = try recorder.record(["sh", "-c", "exit 3"]) { block in
      kernel += block.accesses.count { $0.kind == .fetch && $0.address.rawValue >> 63 == 1 }
      user += block.accesses.count { $0.kind == .fetch && $0.address.rawValue >> 63 == 0 }
      events += block.events.map(\.event)
    }
    #expect(end.reason == .stopMarker)
    #expect(end.status == 3)
    #expect(end.tableLoads > 1000)
    #expect(end.wrongTableLoads + end.wrongEntries == 0)
    #expect(kernel > 100_000)
    #expect(user > 10_000)
    #expect(events.contains { if case .pageFault(_, _?, 3, _?) = $0 { true } else { false } })
    #expect(events.contains { if case .rootRetired = $0 { true } else { false } })
  }

  @Test(.enabled(if: isSetUp, "run script/setup-guest to boot guests in tests"))
  func aProgramThatNeedsLibrariesIsRefusedBeforeTheBoot() throws {
    let recorder = GuestRecorder(setup: try GuestSetup(folder: Self.folder), options: GuestOptions())
    #expect(throws: GuestRecordingError.dynamicallyLinked(file: "/bin/true")) {
      try recorder.record(["/bin/true"]) { _ in }
    }
  }

  @Test func aMissingSetUpIsAnErrorThatSaysWhatToRun() {
    let error = #expect(throws: GuestRecordingError.self) { try GuestSetup(folder: "/no/such/folder") }
    #expect(error?.description.contains("script/setup-guest") == true)
  }
}
