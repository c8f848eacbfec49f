/// Walks over the fields of one line, which blanks or commas separate and `#` ends.
struct TextFields {
  private(set) var at: Int
  private let end: Int

  init(_ line: Range<Int>) {
    at = line.lowerBound
    end = line.upperBound
  }

  /// The next field, or nil where the line ends.
  mutating func next(_ bytes: [UInt8]) -> Range<Int>? {
    while at < end, Self.separates(bytes[at]) { at += 1 }
    guard at < end, bytes[at] != 0x23 else { return nil }
    let start = at
    // Everything that ends a field is below the letters and digits.
    while at < end, bytes[at] > 0x2c || !(Self.separates(bytes[at]) || bytes[at] == 0x23) { at += 1 }
    return start..<at
  }

  /// The next field as a number: decimal or after `0x` hexadecimal, with K, M or G for powers of 1024.
  mutating func number(_ bytes: [UInt8], _ what: String) throws(Malformed) -> UInt64 {
    guard let number = try numberOrUnknown(bytes, what) else {
      throw Malformed(index: at - 1, expected: "\(what), a number")
    }
    return number
  }

  /// The next field as a number, or nil for `?`.
  mutating func numberOrUnknown(_ bytes: [UInt8], _ what: String) throws(Malformed) -> UInt64? {
    guard let field = next(bytes) else { throw Malformed(index: at, expected: "\(what), a number") }
    if field.count == 1, bytes[field.lowerBound] == 0x3f { return nil }
    guard let number = Self.number(bytes, field) else {
      throw Malformed(index: field.lowerBound, expected: "\(what), a number")
    }
    return number
  }

  /// The next field as a number no larger than `limit`.
  mutating func number<Number: FixedWidthInteger>(
    _ bytes: [UInt8], _ what: String, atMost limit: Number
  ) throws(Malformed) -> Number {
    let number = try number(bytes, what)
    guard number <= UInt64(limit) else {
      throw Malformed(index: at - 1, expected: "\(what) of at most \(limit)")
    }
    return Number(number)
  }

  /// The next field as a word.
  mutating func word(_ bytes: [UInt8], _ what: String) throws(Malformed) -> String {
    guard let field = next(bytes) else { throw Malformed(index: at, expected: what) }
    return bytes.text(field)
  }

  /// Fails unless the line has ended.
  mutating func expectEnd(_ bytes: [UInt8]) throws(Malformed) {
    if let field = next(bytes) { throw Malformed(index: field.lowerBound, expected: "the end of the line") }
  }

  private static func separates(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x2c || byte == 0x09 || byte == 0x0d
  }

  private static func number(_ bytes: [UInt8], _ field: Range<Int>) -> UInt64? {
    var at = field.lowerBound
    guard let number = bytes.number(&at, field.upperBound) else { return nil }
    if at == field.upperBound { return number }
    guard at + 1 == field.upperBound else { return nil }
    let shift: UInt64
    switch bytes[at] {
    case 0x4b: shift = 10
    case 0x4d: shift = 20
    case 0x47: shift = 30
    default: return nil
    }
    return number >> (64 - shift) == 0 ? number << shift : nil
  }
}
