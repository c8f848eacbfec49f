import Addressing
import Traces

/// Reads our own table of comma-separated values: a line of column names, then a line for each record and event.
///
/// An access has its address and size in columns of their own; an event has its operands, as in the text form, in
/// the last one.
struct CSVImporter: TraceImporter {
  private var lines: LineReader
  private var hasHeader = false

  /// The column names; an empty owner column means unknown.
  static let header = "vm,vcpu,process,thread,kind,address,size,operands"

  init(_ input: ByteInput) { lines = LineReader(input) }

  static func recognises(_ start: [UInt8]) -> Bool {
    let lines = start.split(separator: 0x0a).lazy.filter { $0.first != 0x23 }
    return lines.first.map { $0.starts(with: header.utf8) } ?? false
  }

  var remarks: [String] { [] }

  mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while !block.isFull, let line = try lines.next() {
      let bytes = lines.buffer
      if line.isEmpty || bytes[line.lowerBound] == 0x23 { continue }
      if !hasHeader {
        guard bytes.text(line).filter({ $0 != "\r" }) == Self.header else {
          throw lines.malformed(line.lowerBound, line.upperBound, expected: "the column names \(Self.header)")
        }
        hasHeader = true
        continue
      }
      do {
        try Self.readRow(line, bytes, into: &block)
      } catch {
        throw lines.malformed(error.index, line.upperBound, expected: error.expected)
      }
    }
    return !block.isEmpty
  }

  private static func readRow(
    _ line: Range<Int>, _ bytes: [UInt8], into block: inout RecordBlock
  ) throws(Malformed) {
    var at = line.lowerBound
    let end = line.upperBound
    let owner = Owner(
      vm: try ownerPart(bytes, &at, end), vcpu: try ownerPart(bytes, &at, end),
      addressSpace: try ownerPart(bytes, &at, end), thread: try ownerPart(bytes, &at, end))
    let name = try cell(bytes, &at, end)
    let address = try cell(bytes, &at, end)
    let size = try cell(bytes, &at, end)
    guard !name.isEmpty else {
      throw Malformed(index: name.lowerBound, expected: "a kind of access or event")
    }
    if let kind = TextWords.kind(bytes, name) {
      var fields = TextFields(address)
      let place = VirtualAddress(try fields.number(bytes, "an address"))
      guard place.isCanonical else {
        throw Malformed(index: address.lowerBound, expected: "a canonical address")
      }
      fields = TextFields(size)
      let bytesTouched = try fields.number(bytes, "a size in bytes", atMost: Access.maximumSize)
      fields = TextFields(at..<end)
      try fields.expectEnd(bytes)
      block.append(Access(kind, place, size: bytesTouched), by: owner)
      return
    }
    var fields = TextFields(at..<end)
    guard let event = try EventText.event(named: bytes.text(name), &fields, bytes) else {
      throw Malformed(index: name.lowerBound, expected: "fetch, load, store, modify or an event")
    }
    try fields.expectEnd(bytes)
    block.append(event, by: owner)
  }

  /// The next cell, without the comma that must follow it.
  private static func cell(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) throws(Malformed) -> Range<Int> {
    let start = at
    while at < end, bytes[at] != 0x2c { at += 1 }
    guard at < end else { throw Malformed(index: at, expected: "eight cells with commas between them") }
    defer { at += 1 }
    return start..<at
  }

  private static func ownerPart(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) throws(Malformed) -> UInt32? {
    let cell = try cell(bytes, &at, end)
    if cell.isEmpty { return nil }
    var place = cell.lowerBound
    guard let number = bytes.decimal(&place, cell.upperBound), place == cell.upperBound, number <= UInt32.max
    else {
      throw Malformed(index: cell.lowerBound, expected: "a number of 32 bits or nothing")
    }
    return UInt32(number)
  }
}
