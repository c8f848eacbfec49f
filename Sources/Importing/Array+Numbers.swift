import Addressing

/// Reading numbers and words out of bytes. Each reader starts at `at`, never passes `end`, and leaves `at` behind
/// what it took.
extension [UInt8] {
  /// The integer of 8 bytes, lowest byte first, that stands at `at`. Precondition: its bytes are there.
  @inline(__always) func word(at: Int) -> UInt64 {
    // Unaligned, and checked to be within the bytes.
    UInt64(littleEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
  }

  /// The integer of so many bytes, 8 at most, lowest byte first, that stands at `at`. Precondition: its bytes are there.
  func number(_ width: Int, at: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(self[at + $1]) << UInt64(8 * $1) }
  }

  /// Where a byte first stands from `start` on, or `end` where it does not before that.
  func position(of byte: UInt8, from start: Int, before end: Int) -> Int {
    let pattern = 0x0101_0101_0101_0101 &* UInt64(byte)
    var at = start
    while at + 8 <= end {
      let difference = word(at: at) ^ pattern
      // The top bit of each byte that is 0, and perhaps of some above the lowest one.
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      if zeros != 0 { return at + zeros.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < end, self[at] != byte { at += 1 }
    return at
  }

  /// Hexadecimal digits without a prefix; nil where there are none or more than 64 bits.
  func hexadecimal(_ at: inout Int, _ end: Int) -> UInt64? {
    let start = at
    var value: UInt64 = 0
    while at < end, at + 8 <= count {
      // What is behind the end becomes 0, which is no digit.
      let behind = UInt64.max << UInt64(8 * (end - at))
      let (digits, count) = HexadecimalDigits.leading(of: word(at: at) & ~behind)
      guard value.leadingZeroBitCount >= 4 * count else { return nil }
      value = value << UInt64(4 * count) | digits
      at += count
      if count < 8 { return at > start ? value : nil }
    }
    while at < end {
      let byte = self[at]
      let digit: UInt8
      if byte &- 0x30 < 10 {
        digit = byte &- 0x30
      } else if (byte | 0x20) &- 0x61 < 6 {
        digit = (byte | 0x20) &- 0x61 &+ 10
      } else {
        break
      }
      guard value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
      at += 1
    }
    return at > start ? value : nil
  }

  /// Decimal digits; nil where there are none or more than 64 bits.
  func decimal(_ at: inout Int, _ end: Int) -> UInt64? {
    let start = at
    var value: UInt64 = 0
    while at < end, self[at] &- 0x30 < 10 {
      let (tens, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(self[at] &- 0x30))
      if over || carry { return nil }
      value = sum
      at += 1
    }
    return at > start ? value : nil
  }

  /// A number: hexadecimal after `0x`, else decimal.
  func number(_ at: inout Int, _ end: Int) -> UInt64? {
    if skip("0x", &at, end) { return hexadecimal(&at, end) }
    return decimal(&at, end)
  }

  /// Whether these bytes stand at `at`.
  // Inlined, for the bytes to look for are then constants.
  @inline(__always) func matches(_ text: StaticString, _ at: Int, _ end: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - at >= count else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<count where self[at + index] != expected[index] { return false }
      return true
    }
  }

  /// Passes these bytes if they stand at `at`.
  @inline(__always) func skip(_ text: StaticString, _ at: inout Int, _ end: Int) -> Bool {
    guard matches(text, at, end) else { return false }
    at += text.utf8CodeUnitCount
    return true
  }

  /// Passes spaces and tabs.
  func skipBlanks(_ at: inout Int, _ end: Int) {
    while at < end, self[at] == 0x20 || self[at] == 0x09 { at += 1 }
  }

  /// The text of a range, for words that are rare.
  func text(_ range: Range<Int>) -> String {
    String(decoding: self[range], as: UTF8.self)
  }
}

extension VirtualAddress {
  /// Whether the address is sign-extended, of 57 bits at most (Intel SDM volume 1, section 3.3.7.1 [V]).
  @inline(__always) var isCanonical: Bool {
    (rawValue >> 56 &+ 1) & 0xfe == 0
  }
}
