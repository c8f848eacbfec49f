/// Writing numbers and words as bytes: strings would cost ten times as much where records come by the million.
extension [UInt8] {
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  mutating func append(hexadecimal value: UInt64) {
    var shift = Swift.max(0, (67 - value.leadingZeroBitCount) / 4 * 4 - 4)
    while true {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      if shift == 0 { return }
      shift -= 4
    }
  }

  mutating func append(decimal value: UInt64) {
    if value >= 10 { append(decimal: value / 10) }
    append(0x30 + UInt8(value % 10))
  }
}
