extension [UInt8] {
  /// Appends an integer, lowest byte first.
  mutating func appendLittleEndian<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
    }
  }

  /// The integer whose lowest byte stands at `offset`. Precondition: its bytes are there.
  func littleEndian<Integer: FixedWidthInteger & UnsignedInteger>(at offset: Int, as: Integer.Type) -> Integer
  {
    var value: Integer = 0
    for index in 0..<Integer.bitWidth / 8 {
      value |= Integer(truncatingIfNeeded: self[offset + index]) << Integer(index * 8)
    }
    return value
  }
}
