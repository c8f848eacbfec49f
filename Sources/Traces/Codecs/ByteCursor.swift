/// Reads the numbers of a payload in order; every fault is a thrown problem.
struct ByteCursor {
  private let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

  /// Reads one column of a payload. Precondition: the range lies in it.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }
  var remaining: Int { end - position }

  mutating func byte() throws(TraceError.Problem) -> UInt8 {
    guard position < end else { throw .illegal("a column ends early") }
    defer { position += 1 }
    return bytes[position]
  }

  /// A number of at most 10 bytes and 64 bits, in its shortest form.
  mutating func varint() throws(TraceError.Problem) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = try byte()
      if shift == 63 && byte > 1 { throw .illegal("a number has more than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        if byte == 0 && shift > 0 { throw .illegal("a number is not in its shortest form") }
        return value
      }
    }
    throw .illegal("a number has more than 64 bits")
  }

  /// A number no greater than `limit`; `what` names it in the message.
  mutating func varint(upTo limit: Int, _ what: String) throws(TraceError.Problem) -> Int {
    let value = try varint()
    guard limit >= 0, value <= UInt64(limit) else {
      throw .overLimit(what, value: value, limit: UInt64(max(limit, 0)))
    }
    return Int(value)
  }

  mutating func signed() throws(TraceError.Problem) -> UInt64 { ZigZag.decode(try varint()) }

  mutating func take(_ count: Int) throws(TraceError.Problem) -> ArraySlice<UInt8> {
    guard count <= remaining else { throw .illegal("a column ends early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func text(upTo limit: Int, _ what: String) throws(TraceError.Problem) -> String {
    let count = try varint(upTo: limit, what)
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw .illegal("\(what) is not UTF-8")
    }
    return text
  }

  mutating func littleEndian<Integer: FixedWidthInteger & UnsignedInteger>(
    _ type: Integer.Type
  ) throws(TraceError.Problem) -> Integer {
    let slice = try take(Integer.bitWidth / 8)
    return bytes.littleEndian(at: slice.startIndex, as: type)
  }

  /// Steps over columns: their sizes, then their bytes.
  mutating func columns(_ count: Int) throws(TraceError.Problem) -> [Range<Int>] {
    var sizes: [Int] = []
    for _ in 0..<count { sizes.append(try varint(upTo: end, "the size of a column")) }
    var columns: [Range<Int>] = []
    for size in sizes {
      let start = position
      _ = try take(size)
      columns.append(start..<start + size)
    }
    return columns
  }

  func requireEnd(_ what: String) throws(TraceError.Problem) {
    if !isAtEnd { throw .illegal("bytes are left over behind \(what)") }
  }
}
