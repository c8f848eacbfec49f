import Addressing
import Traces

/// Reads Dinero IV's extended format: `r|w|i address size`, both hexadecimal, with or without `0x`, the rest of the
/// line free.
///
/// Lines `m` (miscellaneous), `c` (copy back) and `v` (invalidate) are left out: they translate nothing. Accesses
/// larger than ``Access/maximumSize`` are refused. Written from the format's description in the Dinero IV manual
/// page.
struct XdinImporter: TraceImporter {
  private var lines: LineReader
  private var leftOut: UInt64 = 0

  init(_ input: ByteInput) { lines = LineReader(input) }

  static func recognises(_ start: [UInt8]) -> Bool {
    let bytes = start
    let end = start.firstIndex(of: 0x0a) ?? start.count
    guard end > 4, label(bytes[0]) != nil, bytes[1] == 0x20 || bytes[1] == 0x09 else { return false }
    var at = 1
    return number(bytes, &at, end) != nil && number(bytes, &at, end) != nil
  }

  var remarks: [String] {
    leftOut == 0
      ? []
      : ["\(leftOut.counting("line was", "lines were")) left out: labels m, c and v are no memory accesses"]
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try lines.next() {
      let bytes = lines.buffer
      let end = line.upperBound
      var at = line.lowerBound
      bytes.skipBlanks(&at, end)
      if at == end || bytes[at] == 0x0d { continue }
      guard let label = Self.label(bytes[at]) else {
        throw lines.malformed(at, end, expected: "one of the labels r, w, i, m, c and v")
      }
      at += 1
      var place = at
      guard let address = Self.number(bytes, &at, end).map(VirtualAddress.init(_:)), address.isCanonical
      else {
        throw lines.malformed(place, end, expected: "a hexadecimal address")
      }
      place = at
      guard let size = Self.number(bytes, &at, end), size <= Access.maximumSize else {
        throw lines.malformed(
          place, end, expected: "a hexadecimal size of at most \(Access.maximumSize) bytes")
      }
      switch label {
      case .access(let kind): block.append(Access(kind, address, size: UInt16(size)))
      case .other: leftOut += 1
      }
    }
    return !block.isEmpty
  }

  private enum Label {
    case access(AccessKind)
    case other
  }

  private static func label(_ byte: UInt8) -> Label? {
    switch byte | 0x20 {
    case 0x72: .access(.load)
    case 0x77: .access(.store)
    case 0x69: .access(.fetch)
    case 0x6d, 0x63, 0x76: .other
    default: nil
    }
  }

  /// A hexadecimal number between blanks, with or without `0x`.
  private static func number(_ bytes: [UInt8], _ at: inout Int, _ end: Int) -> UInt64? {
    let start = at
    bytes.skipBlanks(&at, end)
    guard at > start else { return nil }
    _ = bytes.skip("0x", &at, end)
    guard let number = bytes.hexadecimal(&at, end) else { return nil }
    return at == end || bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0d ? number : nil
  }
}
