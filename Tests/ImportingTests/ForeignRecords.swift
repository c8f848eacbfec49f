/// Binary records of foreign formats, written by hand from the formats' descriptions.
enum ForeignRecords {
  static func bytes(_ words: UInt64...) -> [UInt8] { bytes(words) }

  static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  /// ChampSim's `input_instr`.
  static func champSim(
    _ instruction: UInt64, branch: UInt8 = 0, taken: UInt8 = 0, stores: [UInt64] = [], loads: [UInt64] = []
  ) -> [UInt8] {
    bytes(instruction) + [branch, taken, 6, 25, 6, 1, 0, 0] + bytes(filled(stores, 2))
      + bytes(filled(loads, 4))
  }

  /// ChampSim's `cloudsuite_instr`.
  static func cloudSuite(
    _ instruction: UInt64, branch: UInt8 = 0, taken: UInt8 = 0, stores: [UInt64] = [], loads: [UInt64] = []
  ) -> [UInt8] {
    bytes(instruction) + [branch, taken, 6, 25, 0, 0, 6, 1, 0, 0] + [UInt8](repeating: 0, count: 6)
      + bytes(filled(stores, 4)) + bytes(filled(loads, 4)) + [1, 0] + [UInt8](repeating: 0, count: 6)
  }

  /// An instruction of CVP-1: what stands between its address and its registers is `middle`.
  static func cvp(
    _ instruction: UInt64, _ middle: [UInt8], inputs: [UInt8] = [], outputs: [UInt8] = []
  ) -> [UInt8] {
    let values = outputs.flatMap { [UInt8](repeating: 0xa5, count: (32...63).contains($0) ? 16 : 8) }
    return bytes(instruction) + middle + [UInt8(inputs.count)] + inputs + [UInt8(outputs.count)] + outputs
      + values
  }

  /// Six turns of a loop of four AArch64 instructions.
  static var cvpLoop: [UInt8] {
    (0..<6 as Range<UInt64>).flatMap { turn in
      cvp(0x40_1000, [1] + bytes(0x7fff_0000 + turn * 8) + [8], inputs: [1], outputs: [2])
        + cvp(0x40_1004, [2] + bytes(0x7ffe_0000 + turn * 8) + [4], inputs: [1, 2])
        + cvp(0x40_1008, [0], inputs: [1], outputs: [1, 64]) + cvp(0x40_100c, [3, 1] + bytes(0x40_1000))
    }
  }

  /// A record of drmemtrace.
  static func drmemtrace(_ type: UInt16, _ size: UInt16, _ value: UInt64) -> [UInt8] {
    [type, size].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } + bytes(value)
  }

  /// A file of one thread, as long as the other samples: what stands in front, accesses, and the end.
  static var drmemtraceLoop: [UInt8] {
    let start = [
      drmemtrace(25, 0, 7), drmemtrace(28, 12, 7), drmemtrace(28, 9, 0x240), drmemtrace(22, 4, 71),
      drmemtrace(24, 4, 70), drmemtrace(28, 10, 64), drmemtrace(28, 18, 4096),
      drmemtrace(28, 2, 0x2f8e_d8dc_8507_c3), drmemtrace(28, 3, 5),
    ]
    let turns = (0..<3 as Range<UInt64>).flatMap { turn in
      [
        drmemtrace(47, 4, 0xc3_8948_5590), drmemtrace(10, 4, 0x40_1000),
        drmemtrace(0, 8, 0x7fff_0000 + turn * 8),
        drmemtrace(1, 4, 0x7ffe_0000 + turn * 8),
      ]
    }
    let end = [drmemtrace(48, 2, 0x40_1004), drmemtrace(23, 4, 71), drmemtrace(26, 0, 0)]
    return (start + turns + end).flatMap { $0 }
  }

  private static func filled(_ addresses: [UInt64], _ count: Int) -> [UInt64] {
    addresses + [UInt64](repeating: 0, count: count - addresses.count)
  }

  /// The instructions of ``loop(_:)``: more than the sixteen that sniffing needs.
  static let loopLength = 24

  /// Six turns of a loop of four instructions with a load and a store.
  static func loop(
    _ record: (_ instruction: UInt64, _ branch: UInt8, _ stores: [UInt64], _ loads: [UInt64]) -> [UInt8]
  ) -> [UInt8] {
    (0..<6 as Range<UInt64>).flatMap { turn in
      record(0x40_1000, 0, [], [0x7fff_0000 + turn * 8]) + record(0x40_1004, 0, [0x7ffe_0000 + turn * 8], [])
        + record(0x40_1007, 0, [], []) + record(0x40_1009, 1, [], [])
    }
  }
}
