import Addressing

/// One instruction of a CVP-1 trace: AArch64, without a header or a mark, of 10 bytes at least.
///
/// In order: the instruction's address (8 bytes, as all addresses lowest byte first); its type (0 to 8: ALU, load,
/// store, conditional, direct and indirect branch, floating point, slow ALU, undefined); of a load or store the
/// address (8) and the size of what one register holds of it (1); of a branch whether it is taken (1), and where it is,
/// the target (8); the number of input registers (1) and each of them (1); the number of output registers (1), each of
/// them (1), and the value of each: 16 bytes for registers 32 to 63, else 8. Source: the reader of the contest,
/// `lib/cvp_trace_reader.h` in eric-rotenberg/CVP, and ChampSim's `cvp2champsim.cc` [V]. That the last register is 64
/// is from the same.
struct CVPRecord {
  /// The longest record that the counts allow. In bytes.
  static let maximumLength = 8 + 1 + 9 + 1 + 255 + 1 + 255 + 255 * 16

  private(set) var instruction: UInt64 = 0
  /// The load or store.
  private(set) var access: Access?
  /// The instruction that the record says is next; exceptions come between.
  private(set) var successor: UInt64 = 0

  /// Reads the record that starts at `at`, and leaves `at` behind it; nil where the bytes end within it.
  // Inlined with all that it calls, for a call would retain the bytes: that took a sixth of the time.
  @inline(__always)
  init?(_ bytes: [UInt8], _ at: inout Int, _ end: Int) throws(Malformed) {
    guard end - at >= 9 else { return nil }
    instruction = bytes.word(at: at)
    guard instruction & 3 == 0, VirtualAddress(instruction).isCanonical else {
      throw Malformed(index: at, expected: "the address of an AArch64 instruction, a multiple of 4")
    }
    successor = instruction &+ 4
    let type = bytes[at + 8]
    at += 9
    switch type {
    case 1, 2: guard try readAccess(type == 1 ? .load : .store, bytes, &at, end) else { return nil }
    case 3, 4, 5: guard try readBranch(bytes, &at, end) else { return nil }
    case 0, 6, 7, 8: break
    default: throw Malformed(index: at - 1, expected: "the type of an instruction, 0 to 8")
    }
    guard let inputs = try Self.registers(bytes, &at, end), let outputs = try Self.registers(bytes, &at, end)
    else { return nil }
    at += 8 * (outputs.count + outputs.wide)
    guard at <= end else { return nil }
    alignClearing(inputs: inputs.count)
  }

  @inline(__always)
  private mutating func readAccess(
    _ kind: AccessKind, _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) throws(Malformed) -> Bool {
    guard end - at >= 9 else { return false }
    let address = VirtualAddress(bytes.word(at: at))
    guard address.isCanonical else { throw Malformed(index: at, expected: "a canonical address") }
    access = Access(kind, address, size: UInt16(bytes[at + 8]))
    at += 9
    return true
  }

  @inline(__always)
  private mutating func readBranch(_ bytes: [UInt8], _ at: inout Int, _ end: Int) throws(Malformed) -> Bool {
    guard at < end else { return false }
    let isTaken = bytes[at]
    at += 1
    if isTaken == 0 { return true }
    guard isTaken == 1 else {
      throw Malformed(index: at - 1, expected: "whether the branch is taken, 0 or 1")
    }
    guard end - at >= 8 else { return false }
    successor = bytes.word(at: at)
    at += 8
    return true
  }

  /// Passes a count and so many registers; how many there are, and how many of 16 bytes; nil where the bytes end within
  /// them.
  @inline(__always)
  private static func registers(
    _ bytes: [UInt8], _ at: inout Int, _ end: Int
  ) throws(Malformed) -> (count: Int, wide: Int)? {
    guard at < end, end - at > Int(bytes[at]) else { return nil }
    let count = Int(bytes[at])
    let first = at + 1
    at = first + count
    // Up to eight at once. None is above 64 where no top bit comes by adding 63, nor was there; 32 to 63 have bit 5.
    if count <= 8, first + 8 <= bytes.count {
      let named = count == 0 ? 0 : bytes.word(at: first) << UInt64(64 - 8 * count)
      if (((named & each(0x7f)) &+ each(63)) | named) & each(0x80) == 0 {
        return (count, (named & each(0x20)).nonzeroBitCount)
      }
    }
    for index in first..<at where bytes[index] > 64 {
      throw Malformed(index: index, expected: "a register, 0 to 64")
    }
    return (count, bytes[first..<at].count { $0 & 0x20 != 0 })
  }

  /// A word of eight such bytes.
  @inline(__always) private static func each(_ byte: UInt64) -> UInt64 { 0x0101_0101_0101_0101 &* byte }

  /// DC ZVA clears the 64 bytes around its address: a store of 64 bytes with one input register, whose address the
  /// traces do not align [V, cvp2champsim.cc].
  private mutating func alignClearing(inputs: Int) {
    guard let store = access, store.kind == .store, store.size == 64, inputs == 1 else { return }
    access = Access(.store, VirtualAddress(store.address.rawValue & ~63), size: 64)
  }
}
