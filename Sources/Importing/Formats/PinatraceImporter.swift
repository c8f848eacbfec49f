import Addressing
import Traces

/// Reads what Intel's example tool pinatrace for Pin writes: `0xINSTRUCTION: R 0xADDRESS` for a load, `W` for a store,
/// and `#eof` as the last line where the program has ended [V, `pinatrace.cpp` as repeated in public repositories].
///
/// It tells no sizes and no threads. The instruction's address is left out: only instructions that access memory have
/// lines, some have several, and nothing tells one instruction with two lines from two; so they are no stream of
/// fetches. An operand that is read and written has a line each, which stay two accesses.
struct PinatraceImporter: TraceImporter {
  private var lines: LineReader
  private var hasEnded = false

  init(_ input: ByteInput) { lines = LineReader(input) }

  static func recognises(_ start: [UInt8]) -> Bool {
    let end = start.firstIndex(of: 0x0a) ?? start.count
    return isEnd(start, 0, end) || access(start, 0, end) != nil
  }

  var remarks: [String] {
    ["addresses of instructions were left out: pinatrace tells only some fetches"]
      + (hasEnded ? [] : ["there is no #eof: the program did not end, or the trace was cut"])
  }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try lines.next() {
      let bytes = lines.buffer
      if !hasEnded, let access = Self.access(bytes, line.lowerBound, line.upperBound) {
        block.append(access)
      } else if !hasEnded, Self.isEnd(bytes, line.lowerBound, line.upperBound) {
        hasEnded = true
      } else {
        throw lines.malformed(
          line.lowerBound, line.upperBound,
          expected: hasEnded ? "nothing behind #eof" : "an access (as \"0x401000: R 0x7fff0010\")")
      }
    }
    return !block.isEmpty
  }

  private static func isEnd(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    var at = start
    return bytes.skip("#eof", &at, end) && isLineEnd(bytes, at, end)
  }

  private static func isLineEnd(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Bool {
    at == end || at + 1 == end && bytes[at] == 0x0d
  }

  private static func access(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Access? {
    var at = start
    guard bytes.skip("0x", &at, end), bytes.hexadecimal(&at, end) != nil, bytes.skip(": ", &at, end) else {
      return nil
    }
    let kind: AccessKind
    if bytes.skip("R 0x", &at, end) {
      kind = .load
    } else if bytes.skip("W 0x", &at, end) {
      kind = .store
    } else {
      return nil
    }
    guard let address = bytes.hexadecimal(&at, end).map(VirtualAddress.init(_:)), address.isCanonical,
      isLineEnd(bytes, at, end)
    else { return nil }
    return Access(kind, address, size: 0)
  }
}
