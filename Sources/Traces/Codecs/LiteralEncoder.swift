/// Collects the literals of one owner's stream and lays them out slot by slot, byte by byte (`Codecs.md`,
/// "Literals"): the differences of one slot resemble each other, and those of others only dilute them. Against
/// variable-length numbers in the order of the records, four recorded traces took 13–32 % fewer compressed bytes
/// for their literals, and half the time to inflate them.
struct LiteralEncoder {
  private struct Literal {
    var slot: Int32
    var difference: UInt64
  }

  private var literals: [Literal] = []

  /// The widest literal in bytes: a zigzag-coded difference of two addresses of 57 bits.
  static let maximumWidth = 8
  static let maximumShift = 15

  mutating func append(_ difference: UInt64, slot: Int) {
    literals.append(Literal(slot: Int32(slot), difference: difference))
  }

  /// The three columns: literals of each slot; width and shift of each slot that has any; the bytes.
  func finish(slotCount: Int) -> (counts: [UInt8], shapes: [UInt8], bytes: [UInt8]) {
    var (values, ends) = groupedBySlot(slotCount)
    var counts: [UInt8] = []
    var shapes: [UInt8] = []
    var byWidth = [[Range<Int>]](repeating: [], count: Self.maximumWidth + 1)
    var start = 0
    for end in ends {
      let range = start..<end
      start = end
      counts.appendVarint(UInt64(range.count))
      if range.isEmpty { continue }
      let shift = min(Self.maximumShift, values[range].reduce(0) { $0 | $1 }.trailingZeroBitCount)
      var all: UInt64 = 0
      for index in range {
        let shifted = Int64(bitPattern: values[index]) >> Int64(shift)
        values[index] = ZigZag.encode(UInt64(bitPattern: shifted))
        all |= values[index]
      }
      let width = (71 - all.leadingZeroBitCount) / 8
      shapes.append(UInt8(width | shift << 4))
      byWidth[width].append(range)
    }
    return (counts, shapes, Self.planes(values, byWidth))
  }

  /// The bytes of all values, the lowest of each first; values with more bytes stand before those with fewer.
  private static func planes(_ values: [UInt64], _ byWidth: [[Range<Int>]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for plane in 0..<maximumWidth {
      let shift = UInt64(8 * plane)
      for width in stride(from: maximumWidth, to: plane, by: -1) {
        for range in byWidth[width] {
          bytes.append(addingCapacity: range.count) { output in
            for index in range { output.append(UInt8(truncatingIfNeeded: values[index] &>> shift)) }
          }
        }
      }
    }
    return bytes
  }

  /// The differences slot by slot, each slot's in order, and where each slot's end.
  private func groupedBySlot(_ slotCount: Int) -> (values: [UInt64], ends: [Int]) {
    var places = [Int](repeating: 0, count: slotCount)
    for literal in literals { places[Int(literal.slot)] += 1 }
    var sum = 0
    for slot in places.indices {
      let count = places[slot]
      places[slot] = sum
      sum += count
    }
    var values = [UInt64](repeating: 0, count: literals.count)
    for literal in literals {
      values[places[Int(literal.slot)]] = literal.difference
      places[Int(literal.slot)] += 1
    }
    return (values, places)
  }
}
