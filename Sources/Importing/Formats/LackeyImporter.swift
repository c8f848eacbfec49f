import Addressing
import Traces

/// Reads what valgrind's lackey writes with `--trace-mem=yes`, and with `--trace-syscalls=yes` the system calls
/// that change the address space as events.
///
/// Accesses name no thread, so every owner is unknown. System calls stand in program order between the accesses;
/// an event stands where the call's result was written, and a call that failed gives none. Calls of a forked child
/// are left out; its accesses, which nothing tells apart, are silenced when recording with
/// `--child-silent-after-fork=yes`.
///
/// Shapes of lines, all seen with valgrind 3.19: accesses; valgrind's messages (`==PID== …`); a call with its
/// result; a call whose result follows on a line of its own (`--> …`), after a message or a fork's announcement;
/// a call whose result comes later, `[async] ...`; an access or another call glued to the end of a result.
struct LackeyImporter: TraceImporter {
  private var lines: LineReader
  private var calls = LackeyCalls()

  init(_ input: ByteInput) { lines = LineReader(input) }

  static func recognises(_ start: [UInt8]) -> Bool {
    let bytes = start
    var at = 0
    while at < bytes.count, bytes[at] == 0x0a { at += 1 }
    if bytes.skip("SYSCALL[", &at, bytes.count) { return bytes.decimal(&at, bytes.count) != nil }
    if bytes.skip("==", &at, bytes.count) {
      return bytes.decimal(&at, bytes.count) != nil && bytes.matches("==", at, bytes.count)
    }
    let end = start[at...].firstIndex(of: 0x0a) ?? start.count
    return access(bytes, at, end) != nil
  }

  var remarks: [String] { calls.remarks }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try nextLine(into: &block) {
      if let access = Self.access(lines.buffer, line.lowerBound, line.upperBound) {
        block.append(access)
      } else {
        try readOther(line, into: &block)
      }
    }
    return !block.isEmpty
  }

  /// The next line. A log whose program replaced itself by another ends within the line of the call, for valgrind is
  /// gone before there is a result.
  private mutating func nextLine(into block: inout RecordBlock) throws(ImportError) -> Range<Int>? {
    if calls.wasReplaced { return nil }
    do {
      return try lines.next()
    } catch {
      guard let partial = lines.partial, calls.noteReplacement(lines.buffer, partial) else { throw error }
      block.append(.exit(wholeProcess: true), by: .unknown)
      return nil
    }
  }

  /// The access of a line `I  ADDRESS,SIZE`, ` L ADDRESS,SIZE`, ` S …` or ` M …`, or nil.
  private static func access(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Access? {
    guard end - start >= 6, bytes[start + 2] == 0x20 else { return nil }
    let kind: AccessKind
    switch (bytes[start], bytes[start + 1]) {
    case (0x49, 0x20): kind = .fetch
    case (0x20, 0x4c): kind = .load
    case (0x20, 0x53): kind = .store
    case (0x20, 0x4d): kind = .modify
    default: return nil
    }
    var at = start + 3
    guard let address = bytes.hexadecimal(&at, end), at < end, bytes[at] == 0x2c else { return nil }
    at += 1
    guard let size = bytes.decimal(&at, end), at == end, size <= Access.maximumSize else { return nil }
    let place = VirtualAddress(address)
    return place.isCanonical ? Access(kind, place, size: UInt16(size)) : nil
  }

  /// Anything but a plain access: calls, results, messages, and accesses glued to results.
  private mutating func readOther(_ line: Range<Int>, into block: inout RecordBlock) throws(ImportError) {
    var at = line.lowerBound
    let end = line.upperBound
    while at < end {
      let bytes = lines.buffer
      if bytes.matches("SYSCALL[", at, end) || bytes.matches(" --> ", at, end) {
        let event: Event?
        do {
          event = try calls.read(bytes, &at, end)
        } catch {
          throw lines.malformed(error.index, end, expected: error.expected)
        }
        if let event { block.append(event, by: .unknown) }
        if at < end, lines.buffer[at] == 0x20 { at += 1 }
      } else if Self.isMessage(bytes, at, end) {
        if calls.noteMessage(bytes, at, end) { block.append(.exit(wholeProcess: true), by: .unknown) }
        return
      } else if let access = Self.access(bytes, at, end) {
        block.append(access)
        return
      } else {
        throw lines.malformed(at, end, expected: "an access (as \"I  04001000,3\" or \" L 1fff000760,8\")")
      }
    }
  }

  /// `==PID== …`, `--PID-- …` and `**PID** …`.
  private static func isMessage(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    var at = start
    guard bytes.skip("==", &at, end) || bytes.skip("--", &at, end) || bytes.skip("**", &at, end) else {
      return false
    }
    return bytes.decimal(&at, end) != nil
  }
}
