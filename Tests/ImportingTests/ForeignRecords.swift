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
