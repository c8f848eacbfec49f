import Addressing
import Foundation
import Testing
import Traces

/// Pipes, files, and what can be known of them without reading it all.
@Suite struct StreamTests {
  @Test func aTracePassesThroughAPipe() async throws {
    var random = RandomTrace(seed: 41)
    let items = random.items(20000)
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let writing = Task.detached {
      let summary = try items.write(to: FileSink(fileDescriptor: descriptor, name: "-"))
      try pipe.fileHandleForWriting.close()
      return summary
    }
    let reader = try TraceReader(fileDescriptor: pipe.fileHandleForReading.fileDescriptor, name: "-")
    let decoder = BlockDecoder()
    var records = RecordBlock()
    var read: [TraceItem] = []
    while let block = try reader.nextBlock() {
      try decoder.decodeRecords(block, into: &records)
      read += records.items
    }
    #expect(read == items)
    #expect(try await reader.summaries == [writing.value])
  }

  @Test func aClosedPipeAndAFullDeviceAreErrors() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let error = #expect(throws: TraceError.self) {
      try TraceWriter(to: FileSink(fileDescriptor: full, name: "out.pwt"), header: TraceHeader())
    }
    #expect(error?.description == "out.pwt: cannot write: No space left on device")
  }

  @Test func headersAndFootersAreListedFromTheEnd() throws {
    var random = RandomTrace(seed: 42)
    let header = TraceHeader(
      addressKind: .both, scope: .wholeSystem, recorder: "r 1", command: "true", note: "é",
      sourceDigest: "md5:0",
      skipped: 1 << 40)
    let first = try random.items(500).encoded(header: header)
    let bytes = try first + [TraceItem]().encoded() + random.items(100).encoded()
    let path = FileManager.default.temporaryDirectory.appending(path: "pagewalk-\(UUID().uuidString).pwt")
      .path()
    defer { unlink(path) }
    try Data(bytes).write(to: URL(filePath: path))
    let segments = try TraceSegment.list(path: path)
    #expect(segments.map(\.start).prefix(2) == [0, UInt64(first.count)])
    #expect(segments.first?.header == header)
    #expect(try segments.map(\.summary) == TraceVerifier.verify(MemorySource(bytes)))
    try Data(bytes.dropLast()).write(to: URL(filePath: path))
    #expect(throws: TraceError.self) { try TraceSegment.list(path: path) }
  }

  @Test func theDigestDependsOnContentsOnly() throws {
    var random = RandomTrace(seed: 43, owners: 2)
    let items = random.items(3000)
    func digest(_ items: [TraceItem], _ header: TraceHeader) throws -> String {
      try items.write(to: MemorySink(), header: header).digestText
    }
    let digest1 = try digest(items, TraceHeader())
    #expect(try digest(items, TraceHeader(recorder: "another", note: "n")) == digest1)
    #expect(digest1.hasPrefix("sha256:") && digest1.count == 71)
    for index in [0, 1500, items.count - 1] {
      var changed = items
      changed.remove(at: index)
      #expect(try digest(changed, TraceHeader()) != digest1)
    }
  }

  /// Pinned: a change of this digest is a change of the codecs, which the versions of the format must tell.
  @Test func theSameRecordsHaveTheSameDigestForEver() throws {
    var random = RandomTrace(seed: 1, owners: 2)
    let mixed = try random.items(3000).write(to: MemorySink())
    var dataOnly = RandomTrace(seed: 2, hasFetches: false)
    let data = try dataOnly.items(3000).write(to: MemorySink())
    #expect(mixed.digestText == "sha256:57fdd81d049d5d0f00def8a09e5871056b003956a5b413248edaf449fdd44a68")
    #expect(data.digestText == "sha256:d17157f6cd7f54fb254441b81886298199c3229204fc14d7a755af4418cba8b9")
  }

  /// The published digests of "abc" and of the empty message (FIPS 180-4), by way of a segmented file's digest.
  @Test func segmentsAreDigestedInOrder() throws {
    var one = TraceSummary()
    one.digest = Array("abc".utf8)
    #expect(TraceSummary.digestText(of: [one]) == "sha256:616263")
    var (a, bc) = (TraceSummary(), TraceSummary())
    a.digest = Array("a".utf8)
    bc.digest = Array("bc".utf8)
    #expect(
      TraceSummary.digestText(of: [a, bc])
        == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      TraceSummary.digestText(of: [])
        == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
  }

  @Test(arguments: [true, false]) func statisticsAreThoseOfTheRecords(hasFetches: Bool) throws {
    var random = RandomTrace(seed: 44, hasFetches: hasFetches, owners: 3)
    let items = random.items(5000)
    let bytes = try items.encoded()
    let statistics = try TraceStatistics(reading: TraceReader(MemorySource(bytes)))
    var kinds: [UInt64] = [0, 0, 0, 0]
    var pages: [Bool: Set<[UInt64]>] = [:]
    var events: [EventKind: UInt64] = [:]
    var crossings: UInt64 = 0
    for item in items {
      switch item {
      case .event(let event, _): events[EventKind(event), default: 0] += 1
      case .access(let access, let owner):
        kinds[Int(access.kind.rawValue)] += 1
        let space = [UInt64(owner.vm ?? 99), UInt64(owner.addressSpace ?? 99)]
        pages[access.kind == .fetch, default: []].insert(space + [access.address.pageNumber])
        if access.crossesPage {
          crossings += 1
          let next = (access.address.pageNumber << 12 &+ 4096) << 7
          pages[access.kind == .fetch, default: []].insert(
            space + [UInt64(bitPattern: Int64(bitPattern: next) >> 7) >> 12])
        }
      }
    }
    #expect(statistics.recordsByKind == kinds)
    #expect(statistics.eventsByKind == events)
    #expect(statistics.crossings == crossings)
    #expect(statistics.instructionPages == pages[true]?.count ?? 0)
    #expect(statistics.dataPages == pages[false]?.count ?? 0)
    #expect(statistics.pages == (pages[true] ?? []).union(pages[false] ?? []).count)
    #expect(statistics.bytes == UInt64(bytes.count) && statistics.segments == 1)
    #expect(statistics.owners.count == 3)
  }
}
