/// An inflated payload in memory that goes on for ``padding`` zero bytes, so that a number, or the choices of a
/// basic block, may be read before it is known whether they end in their column.
struct PaddedBytes {
  /// More than anything that is read at once: a number of 10 bytes, a word of 8.
  static let padding = 64

  let base: UnsafePointer<UInt8>

  /// Reads a number of up to 10 bytes, which may reach beyond its column. Precondition: it starts in the payload.
  @inline(__always) private func looseVarint(at position: inout Int) -> UInt64 {
    let first = base[position]
    position &+= 1
    if first < 0x80 { return UInt64(first) }
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while shift < 70 {
      let byte = base[position]
      position &+= 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { break }
      shift &+= 7
    }
    return value
  }

  /// Reads a number that must lie before `end`.
  @inline(__always) func varint(at position: inout Int, before end: Int) throws(TraceError.Problem) -> UInt64
  {
    guard position < end else { throw .illegal("a column ends early") }
    let value = looseVarint(at: &position)
    guard position <= end else { throw .illegal("a column ends early") }
    return value
  }
}
