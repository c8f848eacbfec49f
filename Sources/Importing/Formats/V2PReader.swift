import Addressing
public import Traces

/// Reads the pages that drmemtrace writes down beside its traces, `v2p.textproto`: which physical page stands behind
/// each virtual one. They become translations (``Event/translation(_:_:)``) of every 4 KiB in them, of an unknown owner,
/// since the file names no process.
///
/// The text is a message of groups, `address_mapping_group { page_size: N address_mapping { virtual_address: N
/// physical_address: N } … }`, with decimal or hexadecimal numbers, comments from `#` on, and further fields that are
/// passed. An address that is missing is 0. Source: `reader/v2p_reader.cpp` and `tests/v2p_example.textproto` of
/// DynamoRIO at 05e316505beb [V].
public struct V2PReader {
  private var lines: LineReader
  /// The names of the messages that are open.
  private var open: [String] = []
  /// In bytes.
  private var pageSize: UInt64?
  private var virtual: UInt64 = 0
  private var physical: UInt64 = 0
  /// The 4 KiB pages of the last mapping that are not told yet.
  private var pages: Range<UInt64> = 0..<0

  /// How deep messages may stand in each other.
  private static let maximumDepth = 16

  public init(_ input: ByteInput) { lines = LineReader(input) }

  /// Appends events to `block` until it is full or the input ends; false when nothing was left.
  public mutating func next(into block: inout RecordBlock) throws(ImportError) -> Bool {
    while true {
      while !pages.isEmpty {
        if block.isFull { return true }
        let offset = pages.lowerBound << 12
        block.append(
          .translation(VirtualAddress(virtual + offset), RealAddress(physical + offset)), by: .unknown)
        pages = pages.lowerBound + 1..<pages.upperBound
      }
      guard let token = try nextToken() else { return !block.isEmpty }
      try take(token)
    }
  }

  // The line that is being read.
  private var at = 0
  private var end = 0

  private enum Token {
    case open(String)
    case field(String, UInt64?)
    case close
  }

  private mutating func nextToken() throws(ImportError) -> Token? {
    while true {
      skipBlanks()
      if at < end, lines.buffer[at] != 0x23 { break }
      guard let line = try lines.next() else {
        if open.isEmpty { return nil }
        (at, end) = (0, 0)
        throw malformed("a } for each {")
      }
      (at, end) = (line.lowerBound, line.upperBound)
    }
    if lines.buffer.skip("}", &at, end) { return .close }
    let start = at
    while at < end, Self.isWord(lines.buffer[at]) { at += 1 }
    let name = lines.buffer.text(start..<at)
    skipBlanks()
    if !name.isEmpty, lines.buffer.skip("{", &at, end) { return .open(name) }
    guard !name.isEmpty, lines.buffer.skip(":", &at, end) else {
      throw malformed("a field (as \"page_size: 4096\"), a message (as \"information {\") or }")
    }
    skipBlanks()
    return .field(name, try value())
  }

  /// The number of a field; nil for another value, which ends with the word.
  private mutating func value() throws(ImportError) -> UInt64? {
    let start = at
    let number = lines.buffer.number(&at, end)
    if number == nil || at < end && Self.isWord(lines.buffer[at]) {
      at = start
      while at < end, ![0x20, 0x09, 0x7d].contains(lines.buffer[at]) { at += 1 }
      guard at > start else { throw malformed("a value") }
      return nil
    }
    return number
  }

  private mutating func take(_ token: Token) throws(ImportError) {
    switch token {
    case .open(let name):
      guard open.count < Self.maximumDepth else { throw malformed("messages less deep in each other") }
      open.append(name)
      if name == "address_mapping_group" { pageSize = nil }
      if name == "address_mapping" { (virtual, physical) = (0, 0) }
    case .field(let name, let value): try set(name, value)
    case .close:
      guard let name = open.popLast() else { throw malformed("a { before") }
      if name == "address_mapping" { try map() }
    }
  }

  private mutating func set(_ name: String, _ value: UInt64?) throws(ImportError) {
    guard ["page_size", "virtual_address", "physical_address"].contains(name) else { return }
    guard let value else { throw malformed("a number of 64 bits for \(name)") }
    switch name {
    case "page_size":
      guard value.nonzeroBitCount == 1, (4096...1 << 30).contains(value) else {
        throw malformed("a page size of 4 KiB to 1 GiB, a power of two")
      }
      pageSize = value
    case "virtual_address":
      guard VirtualAddress(value).isCanonical else { throw malformed("a canonical address") }
      virtual = value
    default: physical = value
    }
  }

  private mutating func map() throws(ImportError) {
    guard let pageSize else { throw malformed("a page_size before the first address_mapping") }
    virtual &= ~(pageSize - 1)
    physical &= ~(pageSize - 1)
    pages = 0..<pageSize >> 12
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f
  }

  private mutating func skipBlanks() {
    var position = at
    lines.buffer.skipBlanks(&position, end)
    if position < end, lines.buffer[position] == 0x0d { position += 1 }
    at = position
  }

  private func malformed(_ expected: String) -> ImportError { lines.malformed(at, end, expected: expected) }
}
