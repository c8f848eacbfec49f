/// Splits CSV (RFC 4180, with line feeds alone allowed) into records of fields.
struct CSVRecords {
  private let bytes: [UInt8]
  private var offset = 0
  /// The line that the next record begins on, from 1.
  private(set) var line = 1

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// The next line without its end, if it begins with `#`.
  mutating func nextComment() throws(ReportError) -> String? {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "#") else { return nil }
    guard let end = bytes[offset...].firstIndex(of: Self.lineFeed) else { throw .cutShort(line: line) }
    let hasReturn = bytes[end - 1] == Self.carriageReturn
    let text = try text(bytes[offset..<(hasReturn ? end - 1 : end)])
    offset = end + 1
    line += 1
    return text
  }

  /// The next record; nil at the end.
  mutating func next() throws(ReportError) -> [String]? {
    guard offset < bytes.count else { return nil }
    let first = line
    var fields: [String] = []
    while true {
      fields.append(try field(first))
      guard offset < bytes.count else { throw .cutShort(line: first) }
      let separator = bytes[offset]
      offset += 1
      if separator == Self.comma { continue }
      if separator == Self.carriageReturn {
        guard offset < bytes.count else { throw .cutShort(line: first) }
        guard bytes[offset] == Self.lineFeed else { throw .badQuotes(line: line) }
        offset += 1
      }
      line += 1
      return fields
    }
  }

  /// One field up to its separator; `first` is the line its record begins on.
  private mutating func field(_ first: Int) throws(ReportError) -> String {
    guard offset < bytes.count, bytes[offset] == Self.quote else {
      let start = offset
      while offset < bytes.count, !isSeparator(bytes[offset]) {
        guard bytes[offset] != Self.quote else { throw .badQuotes(line: line) }
        offset += 1
      }
      return try text(bytes[start..<offset])
    }
    offset += 1
    var content: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      guard byte == Self.quote else {
        if byte == Self.lineFeed { line += 1 }
        content.append(byte)
        continue
      }
      guard offset < bytes.count, bytes[offset] == Self.quote else {
        guard offset == bytes.count || isSeparator(bytes[offset]) else { throw .badQuotes(line: line) }
        return try text(content[...])
      }
      content.append(Self.quote)
      offset += 1
    }
    throw .cutShort(line: first)
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(ReportError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .unknownText(line: line) }
    return text
  }
}
