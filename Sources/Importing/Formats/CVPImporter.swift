import Addressing
import Traces

/// Reads the traces of the first Championship Value Prediction: of each instruction the fetch, of 4 bytes, then its
/// load or store. ``CVPRecord`` has the format.
///
/// The size of an access is that of one register. An instruction that loads or stores several accesses more than
/// that, which the format does not tell for certain, so that where it crosses a page, the second is missed [not
/// verified].
struct CVPImporter: TraceImporter {
  private var records: RecordReader

  init(_ input: ByteInput) { records = RecordReader(input) }

  static var isBinary: Bool { true }

  /// Whether sixteen records at least, and every whole one, can be read, and at least half of them are followed by the
  /// instruction that they name as the next. The format has no mark of its own; shorter inputs must be named.
  static func recognises(_ start: [UInt8]) -> Bool {
    var at = 0
    var count = 0
    var successors = 0
    var expected: UInt64 = 0
    do {
      while let record = try CVPRecord(start, &at, start.count) {
        guard record.instruction != 0 else { return false }
        count += 1
        if record.instruction == expected { successors += 1 }
        expected = record.successor
      }
    } catch {
      return false
    }
    return count >= 16 && successors * 2 >= count
  }

  var remarks: [String] { [] }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull {
      let unread = try records.unread(atLeast: CVPRecord.maximumLength)
      if unread.isEmpty { break }
      try readInstructions(records.buffer, unread, into: &block)
    }
    return !block.isEmpty
  }

  /// Reads the instructions that are whole in what is unread; one at least, or the input is cut short.
  private mutating func readInstructions(
    _ bytes: [UInt8], _ unread: Range<Int>, into block: inout RecordBlock
  ) throws(ImportError) {
    var (passed, count) = (unread.lowerBound, 0)
    var problem: Malformed?
    block.append(upTo: block.room) { output in
      var at = passed
      do throws(Malformed) {
        while at < unread.upperBound, output.freeCapacity > 1,
          let record = try CVPRecord(bytes, &at, unread.upperBound)
        {
          output.append(Access(.fetch, VirtualAddress(record.instruction), size: 4))
          if let access = record.access { output.append(access) }
          (passed, count) = (at, count + 1)
        }
      } catch {
        problem = error
      }
    }
    records.pass(passed - unread.lowerBound, records: UInt64(count))
    if let problem { throw records.malformed(problem.index, expected: problem.expected) }
    if count == 0 { throw records.cutShort }
  }
}
