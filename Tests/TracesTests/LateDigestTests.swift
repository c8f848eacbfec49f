import Addressing
import Dispatch
import Synchronization
import Testing
import Traces

/// A header whose digest of the source is told late makes the file that it makes told at once.
@Suite struct LateDigestTests {
  private static let digest = "sha256:0123456789abcdef"

  private func header(digest: String?) -> TraceHeader {
    TraceHeader(recorder: "test", sourceDigest: digest)
  }

  /// No block; one; some; and so many that an index stands before the end.
  @Test(arguments: [(0, 1000), (500, 1000), (9000, 1000), (5000, 1)], [1, 3])
  func theBytesAreTheSame(size: (records: Int, perBlock: Int), workers: Int) throws {
    var random = RandomTrace(seed: 71)
    let items = random.items(size.records)
    let (early, late) = (MemorySink(), MemorySink())
    let summary = try items.write(
      to: early, recordsPerBlock: size.perBlock, header: header(digest: Self.digest))
    let other = try items.write(
      to: late, workers: workers, recordsPerBlock: size.perBlock, header: header(digest: nil),
      digest: { Self.digest })
    #expect(late.bytes == early.bytes)
    #expect(summary == other)
    #expect(try TraceVerifier.verify(MemorySource(late.bytes)) == [summary])
  }

  @Test func anotherWorkerAsksForItAtOnceWhileBlocksAreWritten() throws {
    let (asked, written) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let (early, late) = (MemorySink(), MemorySink())
    let writer = try TraceWriter(
      to: late, header: header(digest: nil),
      digest: {
        asked.signal()
        written.wait()
        written.signal()
        return Self.digest
      }, workers: 2, recordsPerBlock: 10)
    #expect(asked.wait(timeout: .now() + 60) == .success)
    let other = try TraceWriter(to: early, header: header(digest: Self.digest), recordsPerBlock: 10)
    for page in 0..<1000 as Range<UInt64> {
      try writer.append(Access(.load, VirtualAddress(page << 12), size: 8))
      try other.append(Access(.load, VirtualAddress(page << 12), size: 8))
    }
    written.signal()
    #expect(try writer.finish() == other.finish())
    #expect(late.bytes == early.bytes)
  }

  /// Addresses of no order take 7 bytes each.
  @Test func noMoreThan16MiBWaitForIt() throws {
    let sink = MemorySink()
    let asked = Atomic(0)
    let writer = try TraceWriter(
      to: sink, header: header(digest: nil),
      digest: {
        asked.add(1, ordering: .relaxed)
        return nil
      })
    var random = SplitMix64(seed: 72)
    var (records, isEmpty) = (0, true)
    while asked.load(ordering: .relaxed) == 0 && records < 4_000_000 {
      isEmpty = isEmpty && sink.bytes.isEmpty
      try writer.append(Access(.load, VirtualAddress(random.next() >> 8), size: 8))
      records += 1
    }
    #expect(isEmpty && asked.load(ordering: .relaxed) == 1)
    #expect((16 << 20..<20 << 20).contains(sink.bytes.count))
    try writer.finish()
    #expect(asked.load(ordering: .relaxed) == 1)
    #expect(try TraceVerifier.verify(MemorySource(sink.bytes)).map(\.records) == [UInt64(records)])
  }
}
