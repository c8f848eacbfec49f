import Addressing
import Foundation
import Importing
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

  /// Maps 256 pages at a place of its own, fills 100 of them, forks, unmaps and protects some; and asks in vain.
  private static let mapper = """
    #define _GNU_SOURCE
    #include <sys/mman.h>
    #include <sys/wait.h>
    #include <unistd.h>
    int main(void) {
      char *start = (char *)0x200000000;
      int private = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
      if (mmap(start, 256 * 4096 - 5, PROT_READ | PROT_WRITE, private, -1, 0) != start) return 1;
      if (mmap(start, 4096, PROT_READ, private, -1, 0) != MAP_FAILED) return 2;
      for (int page = 0; page < 100; page++) start[4096 * page] = 1;
      if (mprotect(start, 4096, PROT_READ) || !mprotect(0, 4096, PROT_READ)) return 3;
      if (munmap(start + 200 * 4096, 4096)) return 4;
      if (madvise(start + 150 * 4096, 8192, MADV_DONTNEED)) return 5;
      char *shared = mmap(0, 8192, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      if (mremap(shared, 8192, 4096, 0) != shared) return 6;
      pid_t child = fork();
      if (child == 0) {
        start[4096] = 2;
        _exit(0);
      }
      int status;
      return waitpid(child, &status, 0) == child && status == 0 ? 0 : 7;
    }
    """

  @Test(.enabled(if: isSetUp, "run script/setup-guest to boot guests in tests"))
  func recordsWhatAProgramMapsAndTheStoresThatFillTables() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appending(path: "mapper").path
    try Self.mapper.write(toFile: program + ".c", atomically: true, encoding: .utf8)
    let compiler = try ChildProcess(["cc", "-static", "-o", program, program + ".c"], descriptors: [])
    #expect(compiler.wait() == .exited(0))

    var options = GuestOptions()
    options.kept = .user
    options.hugePages = .never
    let recorder = GuestRecorder(setup: try GuestSetup(folder: Self.folder), options: options)
    var calls: [Event] = []
    var leaves: [(entries: Int, stores: UInt64)] = []
    let end = try recorder.record([program]) { block in
      for event in block.events.map(\.event) {
        switch event {
        case .tableLinked(_, level: 1, let entries, let stores): leaves.append((entries.count, stores))
        case .map, .unmap, .protect, .remap, .advise: calls.append(event)
        default: break
        }
      }
    }
    #expect(end.status == 0)
    let start = VirtualAddress(0x2_0000_0000)
    guard let first = calls.firstIndex(of: .map(start, length: 256 << 12, [.read, .write], .anonymous)),
      case .map(let shared, length: 8192, [], .shared)? = calls.dropFirst(first + 4).first
    else {
      Issue.record("the maps are not there: \(calls)")
      return
    }
    #expect(
      calls[(first + 1)...] == [
        .protect(start, length: 4096, .read), .unmap(start.advanced(by: 200 << 12), length: 4096),
        .advise(start.advanced(by: 150 << 12), length: 8192, .discard),
        .map(shared, length: 8192, [], .shared),
        .remap(shared, oldLength: 8192, to: shared, newLength: 4096),
      ])
    // The child's tables are filled before its root is loaded: a store for each of the 100 pages.
    #expect(leaves.contains { $0 == (100, 100) })
  }

  /// A folder with the names of a set-up and nothing in them.
  private static func withEmptySetup(_ body: (GuestSetup, URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["vmlinux", "vmlinuz", "recorder.so", "busybox", "record-run", "receive", "init"] {
      try Data().write(to: folder.appending(path: name))
    }
    try body(try GuestSetup(folder: folder.path), folder)
  }

  @Test func aFileWithoutEndIsRefused() throws {
    try Self.withEmptySetup { setup, _ in
      var options = GuestOptions()
      options.files = ["/dev/zero"]
      #expect(
        throws: GuestRecordingError.unreadable(file: "/dev/zero", reason: "it is no regular file")
      ) {
        try GuestRecorder(setup: setup, options: options).record(["sh"]) { _ in }
      }
    }
  }

  @Test func aFileLargerThanAnyGuestIsRefused() throws {
    try Self.withEmptySetup { setup, folder in
      let file = folder.appending(path: "large").path
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      #expect(truncate(file, 1 << 32) == 0)
      var options = GuestOptions()
      options.files = [file]
      #expect(throws: GuestRecordingError.tooLarge(file: file, limit: 1 << 31)) {
        try GuestRecorder(setup: setup, options: options).record(["sh"]) { _ in }
      }
    }
  }

  @Test func aMissingSetUpIsAnErrorThatSaysWhatToRun() {
    let error = #expect(throws: GuestRecordingError.self) { try GuestSetup(folder: "/no/such/folder") }
    #expect(error?.description.contains("script/setup-guest") == true)
  }
}
