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
    let predicate: UInt8 = (isPredicated ? 16 : 0) + (executed ? 32 : 0)
    let head: [UInt8] = [size * 16, UInt8(operands.count) + predicate]
    return head + bytes(address) + bytes(operands)
  }

  /// Another record.
  static func siftOther(_ type: UInt8, _ contents: [UInt8]) -> [UInt8] {
    let size = (0..<4).map { UInt8(truncatingIfNeeded: contents.count >> ($0 * 8)) }
    return [0, type] + size + contents
  }

  /// A header, instructions and an end, together ``loopLength`` records.
  static var siftTrace: [UInt8] {
    var bytes = siftHeader()
    for number in 0..<UInt64(loopLength - 2) {
      switch number % 4 {
      case 0: bytes += sift(0x40_1000, size: 4, [0x7fff_0000 + number * 8])
      case 1: bytes += sift(size: 3, [0x7ffe_0000, 0x7ffd_0000])
      default: bytes += sift(size: 3)
      }
    }
    return bytes + siftOther(255, [])
  }

  /// The same trace, all but its header packed by Python's zlib.
  static func packedSIFT(level: Int) throws -> [UInt8] {
    let plain = siftTrace
    return siftHeader(options: 1) + (try ForeignPackings.zlib(Array(plain[16...]), level: level))
  }
}
