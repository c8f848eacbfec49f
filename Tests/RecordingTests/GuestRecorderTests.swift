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
  func recordsWhatEachProcessorDoes() throws {
    var options = GuestOptions()
    options.vcpus = 2
    let recorder = GuestRecorder(setup: try GuestSetup(folder: Self.folder), options: options)
    var fetches: [UInt32?: Int] = [:]
    var loads: Set<UInt32?> = []
    let end = try recorder.record(["sh", "-c", "(ls / | wc) & (ls / | wc) & wait"]) { block in
      for (span, next) in zip(block.spans, block.spans.dropFirst().map(\.position) + [UInt32.max]) {
        let accesses = block.accesses[Int(span.position)..<min(Int(next), block.accesses.count)]
        fetches[span.owner.vcpu, default: 0] += accesses.count { $0.kind == .fetch }
      }
      for event in block.events {
        if case .controlRegister(.cr3, _) = event.event { loads.insert(event.owner.vcpu) }
      }
    }
    #expect(end.reason == .stopMarker && end.status == 0)
    #expect(end.wrongTableLoads + end.wrongEntries == 0)
    #expect(Set(fetches.keys) == [0, 1] && fetches.values.allSatisfy { $0 > 100_000 })
    #expect(loads == [0, 1])
  }

  @Test(.enabled(if: isSetUp, "run script/setup-guest to boot guests in tests"))
  func recordingsGoOnFromOneGuestAndADamagedOneIsBootedAnew() throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "guest-\(UUID().uuidString)")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: folder) }
    for part in try files.contentsOfDirectory(atPath: Self.folder) where part != "snapshots" {
      try files.createSymbolicLink(
        atPath: folder.path + "/" + part, withDestinationPath: Self.folder + "/" + part)
    }
    let recorder = GuestRecorder(setup: try GuestSetup(folder: folder.path), options: GuestOptions())
    /// Records a program; the first place on its stack, which Linux chooses at random.
    func record() throws -> UInt64? {
      var stack: UInt64?
      let end = try recorder.record(["sh", "-c", "exit 3"]) { block in
        let store = block.accesses.first { $0.kind == .store && $0.address.rawValue >> 40 == 0x7f }
        stack = stack ?? store?.address.rawValue
      }
      #expect(end.status == 3 && end.wrongTableLoads + end.wrongEntries == 0)
      return stack
    }
    func snapshots() throws -> [URL] {
      try files.contentsOfDirectory(
        at: folder.appending(path: "snapshots"), includingPropertiesForKeys: [.contentModificationDateKey])
    }
    func age(_ file: URL) throws -> Date? {
      try URL(filePath: file.path).resourceValues(forKeys: [.contentModificationDateKey])
        .contentModificationDate
    }
    let first = try record()
    let snapshot = try #require(try snapshots().first)
    let made = try age(snapshot)
    let second = try record()
    #expect(try snapshots() == [snapshot])
    #expect(try age(snapshot) == made)
    #expect(first != nil && first != second)
    let whole = try #require(try snapshot.resourceValues(forKeys: [.fileSizeKey]).fileSize)
    let file = try FileHandle(forWritingTo: snapshot)
    try file.truncate(atOffset: UInt64(whole / 2))
    try file.close()
    _ = try record()
    #expect(try age(snapshot) != made)
    #expect(try snapshots() == [snapshot])
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
