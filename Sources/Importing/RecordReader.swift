/// Reads a stream of binary records in constant memory.
struct RecordReader {
  /// The bytes that ranges of ``unread(atLeast:)`` refer to, until the next call of it.
  private(set) var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private let input: ByteInput
  /// Bytes not yet passed are `lower..<upper`.
  private var lower = 0
  private var upper = 0
  /// The position in the stream of the buffer's first byte.
  private var base: UInt64 = 0
  /// The records passed.
  private var passed: UInt64 = 0

  init(_ input: ByteInput) { self.input = input }

  /// Goes on in what `stream` unpacks from the rest; places count on, in unpacked bytes.
  mutating func unpackRest(_ stream: (RecordReader) -> any PackedStream) {
    var unpacked = RecordReader(ByteInput(unpacking: stream(self), name: input.name))
    (unpacked.base, unpacked.passed) = (base + UInt64(lower), passed)
    self = unpacked
  }

  /// What has not been passed: at least `count` bytes, fewer only where the stream ends. `count` is at most half of
  /// the buffer.
  mutating func unread(atLeast count: Int) throws(ImportError) -> Range<Int> {
    if upper - lower < count { try readMore(count) }
    return lower..<upper
  }

  private mutating func readMore(_ count: Int) throws(ImportError) {
    let rest = upper - lower
    for index in 0..<rest { buffer[index] = buffer[lower + index] }
    base += UInt64(lower)
    (lower, upper) = (0, rest)
    while upper < count, case let got = try input.read(into: &buffer, from: upper), got > 0 { upper += got }
  }

  /// The position in the buffer of what is passed next.
  var unpassed: Int { lower }

  /// The position in the buffer behind what has been read.
  var end: Int { upper }

  /// Passes so many bytes, which hold a number of whole records.
  mutating func pass(_ count: Int, records: UInt64 = 1) {
    lower += count
    passed += records
  }

  /// Passes one record that may be longer than the buffer; false where the stream ends within it.
  mutating func pass(anyLength count: Int) throws(ImportError) -> Bool {
    var rest = count
    while rest > 0 {
      let unread = try unread(atLeast: 1)
      if unread.isEmpty { return false }
      let part = min(rest, unread.count)
      pass(part, records: 0)
      rest -= part
    }
    passed += 1
    return true
  }

  /// Passes one record that ends before `index` of the buffer.
  mutating func pass(through index: Int) { pass(index - lower) }

  /// An error at a byte of the next record.
  func malformed(_ index: Int, expected: String) -> ImportError {
    let shown = buffer[index..<min(upper, index + 8)].map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return .malformedRecord(
      at: place(index), expected: expected, found: "bytes " + shown.joined(separator: " "))
  }

  /// What a function reads of the next record; its error is told with the place.
  @inline(__always)
  func reading<Record>(_ read: () throws(Malformed) -> Record) throws(ImportError) -> Record {
    do { return try read() } catch { throw malformed(error.index, expected: error.expected) }
  }

  /// The stream ended within the next record.
  var cutShort: ImportError { .recordCutShort(at: place(lower)) }

  /// Where a byte of the next record stands in the stream.
  func place(_ index: Int) -> ImportError.RecordPlace {
    ImportError.RecordPlace(file: input.name, record: passed + 1, byte: base + UInt64(index))
  }
}
