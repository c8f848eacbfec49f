/// Where the literals of each slot lie: the inverse of ``LiteralEncoder``'s layout.
struct LiteralTable {
  /// The literals of one slot, as positions in the order of the file.
  struct Slot {
    var start: Int
    var count: Int
    var shift: UInt64
  }

  private(set) var slots: [Slot] = []
  /// Literals that have more than so many bytes.
  private var planeSizes = [Int](repeating: 0, count: LiteralEncoder.maximumWidth)
  private let bytes: Range<Int>

  /// All literals of the stream.
  var count: Int { planeSizes[0] }

  /// Reads the table of a stream.
  init(_ payload: [UInt8], _ columns: BasicBlockColumns) throws(TraceError.Problem) {
    var counts = ByteCursor(payload, columns.literalCounts)
    var shapes = ByteCursor(payload, columns.literalShapes)
    bytes = columns.literals
    var totals = [Int](repeating: 0, count: LiteralEncoder.maximumWidth + 1)
    var widths: [UInt8] = []
    slots.reserveCapacity(columns.slotCount)
    widths.reserveCapacity(columns.slotCount)
    var rest = columns.recordCount
    for _ in 0..<columns.slotCount {
      let count = try counts.varint(upTo: rest, "the literals of a slot")
      rest -= count
      let shape = count == 0 ? 1 : try shapes.byte()
      let width = shape & 15
      guard (1...UInt8(LiteralEncoder.maximumWidth)).contains(width) else {
        throw .illegal("a literal of \(width) bytes")
      }
      slots.append(Slot(start: totals[Int(width)], count: count, shift: UInt64(shape >> 4)))
      widths.append(width)
      totals[Int(width)] += count
    }
    try counts.requireEnd("the literals' counts")
    try shapes.requireEnd("the literals' shapes")
    try place(totals, widths)
  }

  /// Wider literals stand first, so that those with a byte in a plane are the first ones of all.
  private mutating func place(_ totals: [Int], _ widths: [UInt8]) throws(TraceError.Problem) {
    var starts = [Int](repeating: 0, count: totals.count)
    var sum = 0
    for width in stride(from: LiteralEncoder.maximumWidth, to: 0, by: -1) {
      starts[width] = sum
      sum += totals[width]
      planeSizes[width - 1] = sum
    }
    for index in slots.indices { slots[index].start += starts[Int(widths[index])] }
    guard planeSizes.reduce(0, +) == bytes.count else { throw .illegal("the literals have another size") }
  }

  /// Puts all differences where the table says. Precondition: `output` has room for ``count``.
  func decode(_ payload: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt64>) {
    var plane = payload + bytes.lowerBound
    for index in 0..<count { output[index] = UInt64(plane[index]) }
    plane += count
    for (number, size) in planeSizes.enumerated().dropFirst() {
      let shift = UInt64(8 * number)
      for index in 0..<size { output[index] |= UInt64(plane[index]) &<< shift }
      plane += size
    }
    for slot in slots {
      for index in slot.start..<slot.start + slot.count {
        output[index] = ZigZag.decode(output[index]) &<< slot.shift
      }
    }
  }
}
