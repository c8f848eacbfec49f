import Addressing
import Traces

/// Reads Dinero's traditional format: `label address`, the label 0 for a read, 1 for a write, 2 for an instruction
/// fetch, the address hexadecimal without a prefix, the rest of the line free. It tells no sizes.
///
/// Lines of label 3 (unknown access), 4 (cache flush) and 5 (invalidate) are left out: they translate nothing.
/// Written from the format's description in the Dinero IV manual page.
struct DinImporter: TraceImporter {
  private var lines: LineReader
  private var leftOut: UInt64 = 0

  init(_ input: ByteInput) { lines = LineReader(input) }

  static func recognises(_ start: [UInt8]) -> Bool {
    let bytes = start
    var at = 0
    guard bytes.count > 2, bytes[0] &- 0x30 <= 5, bytes[1] == 0x20 || bytes[1] == 0x09 else { return false }
    at = 1
    bytes.skipBlanks(&at, bytes.count)
    guard bytes.hexadecimal(&at, bytes.count) != nil else { return false }
    return at == bytes.count || [0x20, 0x09, 0x0d, 0x0a].contains(bytes[at])
  }

  var remarks: [String] {
    leftOut == 0
      ? [] : ["\(leftOut.counting("line was", "lines were")) left out: labels 3 to 5 are no memory accesses"]
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try lines.next() {
      let bytes = lines.buffer
      let end = line.upperBound
      var at = line.lowerBound
      bytes.skipBlanks(&at, end)
      if at == end || bytes[at] == 0x0d { continue }
      let label = bytes[at] &- 0x30
      guard label <= 5, at + 1 < end, bytes[at + 1] == 0x20 || bytes[at + 1] == 0x09 else {
        throw lines.malformed(at, end, expected: "a label from 0 to 5 and an address")
      }
      at += 1
      bytes.skipBlanks(&at, end)
      let place = at
      guard let address = bytes.hexadecimal(&at, end).map(VirtualAddress.init(_:)), address.isCanonical,
        at == end || bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0d
      else { throw lines.malformed(place, end, expected: "a hexadecimal address") }
      switch label {
      case 0: block.append(Access(.load, address, size: 0))
      case 1: block.append(Access(.store, address, size: 0))
      case 2: block.append(Access(.fetch, address, size: 0))
      default: leftOut += 1
      }
    }
    return !block.isEmpty
  }
}
