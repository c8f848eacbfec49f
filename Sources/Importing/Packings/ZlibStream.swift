import Traces

/// Unpacks a stream in zlib's format, with which the input must end: two bytes that tell the method, deflated bytes, and
/// the Adler-32 of what they were, highest byte first.
///
/// Source: RFC 1950, section 2.2.
final class ZlibStream: PackedStream {
  private var packed: RecordReader
  private let inflater = StreamInflater()
  private var hasBegun = false
  private var hasEnded = false
  private var checksum = Checksum.adler32([])

  /// Unpacks what a reader has not passed.
  init(_ rest: RecordReader) { packed = rest }

  func read(into buffer: inout [UInt8], at start: Int, upTo limit: Int) throws(ImportError) -> Int {
    if !hasBegun { try begin() }
    while !hasEnded {
      let input = try packed.unread(atLeast: 1)
      guard let step = inflater.inflate(packed.buffer, input, into: &buffer, start..<start + limit) else {
        throw malformed(input.lowerBound, "deflated bytes")
      }
      guard step.taken > 0 || step.given > 0 || step.isEnd else {
        throw malformed(input.lowerBound, "more deflated bytes")
      }
      packed.pass(step.taken, records: 0)
      checksum = Checksum.adler32(buffer[start..<start + step.given], seed: checksum)
      if step.isEnd { try end() }
      if step.given > 0 { return step.given }
    }
    return 0
  }

  /// The method, which is 8, and the size of the window, which is at most 7; no dictionary; and a check of these.
  private func begin() throws(ImportError) {
    let head = try packed.unread(atLeast: 2)
    guard head.count >= 2 else { throw malformed(head.upperBound, "two bytes that tell the method") }
    let (method, flags) = (packed.buffer[head.lowerBound], packed.buffer[head.lowerBound + 1])
    guard method & 15 == 8, method >> 4 <= 7, flags & 0x20 == 0, (Int(method) << 8 | Int(flags)) % 31 == 0
    else {
      throw malformed(head.lowerBound, "two bytes that tell of deflated bytes without a dictionary")
    }
    packed.pass(2, records: 0)
    hasBegun = true
  }

  private func end() throws(ImportError) {
    let rest = try packed.unread(atLeast: 5)
    guard rest.count >= 4 else { throw malformed(rest.upperBound, "a checksum of 4 bytes") }
    let said = packed.buffer[rest.prefix(4)].reduce(0) { $0 << 8 | UInt32($1) }
    guard said == checksum else { throw malformed(rest.lowerBound, "checksum \(checksum)") }
    guard rest.count == 4 else { throw malformed(rest.lowerBound + 4, "nothing behind the checksum") }
    packed.pass(4, records: 0)
    hasEnded = true
  }

  private func malformed(_ index: Int, _ expected: String) -> ImportError {
    .malformedPacking(at: packed.place(index), packing: "zlib", expected: expected)
  }
}
