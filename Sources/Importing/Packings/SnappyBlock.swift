/// Snappy's compressed data: the size of what is packed, then literals and copies of what was unpacked before.
///
/// Source: `format_description.txt` of google/snappy [V].
enum SnappyBlock {
  /// What the bytes of a range unpack to: exactly as many as they say, and at most `limit`.
  static func unpack(_ bytes: [UInt8], _ range: Range<Int>, atMost limit: Int) throws(Malformed) -> [UInt8] {
    var at = range.lowerBound
    let end = range.upperBound
    let size = try size(bytes, &at, end, limit)
    var output: [UInt8] = []
    output.reserveCapacity(size)
    while at < end {
      let tag = bytes[at]
      // The low bits: a literal, or a copy whose offset has 1, 2 or 4 bytes.
      switch tag & 3 {
      case 0: try copyLiteral(bytes, &at, end, size, to: &output)
      case 1:
        let low = try number(bytes, at + 1, 1, end)
        try copy(
          Int(tag >> 2 & 7) + 4, from: Int(tag >> 5) << 8 | low, at, size, to: &output)
        at += 2
      case 2:
        try copy(Int(tag >> 2) + 1, from: try number(bytes, at + 1, 2, end), at, size, to: &output)
        at += 3
      default:
        try copy(Int(tag >> 2) + 1, from: try number(bytes, at + 1, 4, end), at, size, to: &output)
        at += 5
      }
    }
    guard output.count == size else { throw Malformed(index: end, expected: "\(size) bytes of data") }
    return output
  }

  /// The size in front: 7 bits a byte, lowest first, the top bit set where more follow.
  private static func size(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int, _ limit: Int
  ) throws(Malformed) -> Int {
    let start = at
    var size = 0
    for shift in stride(from: 0, through: 28, by: 7) where at < end {
      let byte = bytes[at]
      at += 1
      size |= Int(byte & 0x7f) << shift
      if byte < 0x80 {
        guard size <= limit else { throw Malformed(index: start, expected: "at most \(limit) bytes of data") }
        return size
      }
    }
    throw Malformed(index: start, expected: "a size of at most 32 bits")
  }

  private static func copyLiteral(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int, _ size: Int, to output: inout [UInt8]
  ) throws(Malformed) {
    let start = at
    var count = Int(bytes[at] >> 2) + 1
    at += 1
    // 61 to 64: the count less 1 follows, in 1 to 4 bytes.
    if count > 60 {
      let width = count - 60
      count = try number(bytes, at, width, end) + 1
      at += width
    }
    guard count <= end - at, count <= size - output.count else {
      throw Malformed(
        index: start, expected: "a literal of at most \(min(end - at, size - output.count)) bytes")
    }
    output.append(contentsOf: bytes[at..<at + count])
    at += count
  }

  /// Appends what stands `distance` bytes back; it may reach into what it appends.
  private static func copy(
    _ count: Int, from distance: Int, _ index: Int, _ size: Int, to output: inout [UInt8]
  ) throws(Malformed) {
    guard (1...max(1, output.count)).contains(distance), !output.isEmpty, count <= size - output.count else {
      throw Malformed(
        index: index,
        expected: "a copy of at most \(size - output.count) bytes, at most \(output.count) back")
    }
    let start = output.count - distance
    for position in start..<start + count { output.append(output[position]) }
  }

  /// A number of so many bytes, lowest first.
  private static func number(_ bytes: [UInt8], _ at: Int, _ width: Int, _ end: Int) throws(Malformed) -> Int {
    guard width <= end - at else { throw Malformed(index: at, expected: "\(width) bytes more") }
    return Int(bytes.number(width, at: at))
  }
}
