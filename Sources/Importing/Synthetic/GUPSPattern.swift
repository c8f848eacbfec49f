import Addressing

/// Giga-updates per second: words drawn uniformly, each read, changed and written back by one instruction.
///
/// Source: the RandomAccess benchmark of the HPC Challenge, whose loop is `table[random & mask] ^= random` [M]; words
/// are drawn by our generator and not by its shift register.
struct GUPSPattern: SyntheticPattern {
  static let summary = "read-modify-writes of words anywhere in the footprint (HPCC RandomAccess)"

  private var generator: SplitMix64

  init(_ settings: SyntheticSettings, seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func step(_ program: inout SyntheticProgram) {
    program.access(.modify, offset: 8 * generator.number(below: program.footprint / 8))
  }
}
