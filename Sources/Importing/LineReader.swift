/// Reads a stream line by line in constant memory. Lines end with a newline, the last one too.
struct LineReader {
  /// The bytes that ranges of ``next()`` refer to, until the next call of it.
  private(set) var buffer = [UInt8](repeating: 0, count: 1 << 18)
  /// The number of the line that ``next()`` gave last, from 1.
  private(set) var number: UInt64 = 0
  private let input: ByteInput
  /// Bytes not yet given are `lower..<upper`.
  private var lower = 0
  private var upper = 0
  /// The position in the stream of the buffer's first byte.
  private var base: UInt64 = 0

  /// The last line where it has no end, once ``next()`` has thrown for it.
  private(set) var partial: Range<Int>?

  /// The longest line allowed, so that memory stays bounded. In bytes.
  static let limit = 1 << 20

  init(_ input: ByteInput) { self.input = input }

  /// The next line without its newline, or nil at the end.
  mutating func next() throws(ImportError) -> Range<Int>? {
    var end = lower
    while true {
      end = buffer.position(of: 0x0a, from: end, before: upper)
      if end < upper {
        let line = lower..<end
        lower = end + 1
        number += 1
        return line
      }
      end -= lower
      guard try readMore() else {
        if upper == lower { return nil }
        number += 1
        partial = lower..<upper
        throw .cutShort(at: place(lower))
      }
    }
  }

  /// Moves what is left to the front and reads on; false at the end of the stream.
  private mutating func readMore() throws(ImportError) -> Bool {
    let rest = upper - lower
    if lower > 0 {
      for index in 0..<rest { buffer[index] = buffer[lower + index] }
      base += UInt64(lower)
      (lower, upper) = (0, rest)
    }
    if upper == buffer.count {
      guard upper < Self.limit else {
        number += 1
        throw .lineTooLong(at: place(lower), limit: Self.limit)
      }
      buffer += [UInt8](repeating: 0, count: upper)
    }
    let got = try input.read(into: &buffer, from: upper)
    upper += got
    return got > 0
  }

  /// Where a byte of the buffer stands in the stream.
  func place(_ index: Int) -> ImportError.Place {
    ImportError.Place(file: input.name, line: number, byte: base + UInt64(index))
  }

  /// An error at a byte of the current line, which ends at `end`.
  func malformed(_ index: Int, _ end: Int, expected: String) -> ImportError {
    let shown = buffer[index..<min(end, index + 40)].map { byte in
      (0x20..<0x7f).contains(byte) ? Character(Unicode.Scalar(byte)) : "?"
    }
    let found = shown.isEmpty ? "the end of the line" : "\"" + String(shown) + "\""
    return .malformed(at: place(index), expected: expected, found: found)
  }
}
