import Addressing

/// One instruction of a SIFT trace, with the addresses of its operands in memory.
///
/// Bits from the lowest, of the short form: 4 size (in bytes, not 0), 2 number of addresses, branch, taken; it stands
/// where the one before ends. Of the long form: 4 zeros, 4 size, 2 number of addresses, branch, taken, predicated,
/// executed, 2 zeros, then the instruction's address in 8 bytes. Either is followed by the addresses, of 8 bytes each,
/// lowest byte first. Source: `sift/sift_format.h` of snipersim/snipersim at 900a80c46691 [V].
struct SIFTInstruction {
  /// The length of the longest one. In bytes.
  static let maximumLength = 10 + 3 * 8

  let address: UInt64
  /// In bytes.
  let size: UInt64
  /// Where the addresses of its operands stand; none where its predicate kept it from accessing memory.
  let operands: Range<Int>
  /// Where the record ends.
  let end: Int

  /// Reads the record that starts at `start` with a byte other than 0; nil where the bytes end within it.
  ///
  /// - Parameter successor: where the instruction before ends, which is where one of the short form stands; nil for
  ///   the first.
  // Inlined, for a call would retain the bytes for each instruction.
  @inline(__always)
  init?(_ bytes: [UInt8], _ start: Int, _ limit: Int, successor: UInt64?) throws(Malformed) {
    let first = bytes[start]
    let places: Int
    let count: UInt8
    var accesses = true
    if first & 15 != 0 {
      guard let successor else { throw Malformed(index: start, expected: "an instruction with its address") }
      address = successor
      size = UInt64(first & 15)
      count = first >> 4 & 3
      places = start + 1
    } else {
      guard limit - start >= 10 else { return nil }
      let flags = bytes[start + 1]
      guard flags < 64 else { throw Malformed(index: start + 1, expected: "the flags of an instruction") }
      address = bytes.word(at: start + 2)
      size = UInt64(first >> 4)
      count = flags & 3
      places = start + 10
      accesses = flags & 16 == 0 || flags & 32 != 0
    }
    guard VirtualAddress(address).isCanonical else {
      throw Malformed(index: start, expected: "the canonical address of an instruction")
    }
    end = places + Int(count) * 8
    guard end <= limit else { return nil }
    operands = accesses ? places..<end : places..<places
  }
}
