import Addressing
import Testing
import Traces

/// Blocks compressed on several threads make the file that one thread makes, and its errors.
@Suite struct ParallelWritingTests {
  /// Of many more blocks than are in work at a time, and with checkpoints.
  private func items(hasFetches: Bool) -> [TraceItem] {
    var random = RandomTrace(seed: 61, hasFetches: hasFetches, owners: 3)
    return random.items(15000)
  }

  @Test(arguments: [true, false], [2, 3, 16])
  func theBytesAreTheSameAtAnyNumberOfWorkers(hasFetches: Bool, workers: Int) throws {
    let items = items(hasFetches: hasFetches)
    let (one, several) = (MemorySink(), MemorySink())
    let summary = try items.write(to: one, recordsPerBlock: 100)
    #expect(try items.write(to: several, workers: workers, recordsPerBlock: 100) == summary)
    #expect(summary.blocks > 128 && summary.checkpoints > 1)
    #expect(several.bytes == one.bytes)
  }

  @Test func recordsAreCountedWhenTheyAreAppended() throws {
    let writer = try TraceWriter(
      to: MemorySink(), header: TraceHeader(), workers: 4, recordsPerBlock: 10)
    for count in 1...100 {
      try writer.append(Access(.load, VirtualAddress(UInt64(count) << 12), size: 8))
      #expect(writer.recordCount == UInt64(count))
    }
    #expect(try writer.finish().records == 100)
  }

  /// A disk that is full after so many bytes, in the first block or the last, or before the footer.
  @Test(arguments: [200, 5000, 50000, -150, -1])
  func whatCannotBeWrittenIsToldAndWhatStandsBeforeItIsWritten(room: Int) throws {
    let items = items(hasFetches: true)
    let whole = try items.encoded(recordsPerBlock: 100)
    let sink = SmallSink(room: room < 0 ? whole.count + room : room)
    #expect(throws: TraceError(.system(operation: "write", code: 28), file: "small")) {
      try items.write(to: sink, workers: 4, recordsPerBlock: 100)
    }
    #expect(whole.starts(with: sink.bytes) && !sink.bytes.isEmpty)
    #expect(sink.isFull)
  }

  @Test func aBadAccessIsToldWithTheBlockItWouldStandIn() throws {
    let writer = try TraceWriter(
      to: MemorySink(name: "out"), header: TraceHeader(), workers: 4, recordsPerBlock: 10)
    for page in 0..<35 { try writer.append(Access(.load, VirtualAddress(UInt64(page) << 12), size: 8)) }
    let address = VirtualAddress(1 << 60)
    #expect(throws: TraceError(.notCanonical(address), file: "out", block: 3)) {
      try writer.append(Access(.load, address, size: 8))
    }
  }
}

/// A sink that takes whole writes as long as there is room.
private final class SmallSink: ByteSink {
  let name = "small"
  private let room: Int
  private(set) var bytes: [UInt8] = []
  private(set) var isFull = false

  init(room: Int) { self.room = room }

  func write(_ bytes: [UInt8]) throws(TraceError) {
    isFull = isFull || self.bytes.count + bytes.count > room
    if isFull { throw TraceError(.system(operation: "write", code: 28), file: name) }
    self.bytes += bytes
  }
}
