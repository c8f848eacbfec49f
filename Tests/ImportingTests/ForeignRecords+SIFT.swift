/// SIFT, written by hand from the description in Sniper's `sift_format.h`.
extension ForeignRecords {
  static func siftHeader(options: UInt64 = 0) -> [UInt8] {
    Array("SIFT".utf8) + [0, 0, 0, 0] + bytes(options)
  }

  /// An instruction that stands where the one before ends.
  static func sift(size: UInt8, _ operands: [UInt64] = []) -> [UInt8] {
    [size + UInt8(operands.count) * 16] + bytes(operands)
  }

  /// An instruction with its address.
  static func sift(
    _ address: UInt64, size: UInt8, _ operands: [UInt64] = [], isPredicated: Bool = false,
    executed: Bool = true
  ) -> [UInt8] {
    [size * 16, UInt8(operands.count) + (isPredicated ? 16 : 0) + (executed ? 32 : 0)] + bytes(address)
      + bytes(operands)
  }

  /// Another record.
  static func siftOther(_ type: UInt8, _ contents: [UInt8]) -> [UInt8] {
    [0, type] + (0..<4).map { UInt8(truncatingIfNeeded: contents.count >> ($0 * 8)) } + contents
  }

  /// A header, instructions and an end, together ``loopLength`` records.
  static var siftTrace: [UInt8] {
    siftHeader()
      + (0..<UInt64(loopLength - 2)).flatMap { number in
        number % 4 == 0
          ? sift(0x40_1000, size: 4, [0x7fff_0000 + number * 8])
          : sift(size: 3, number % 4 == 1 ? [0x7ffe_0000, 0x7ffd_0000] : [])
      } + siftOther(255, [])
  }
}
