import Addressing

/// Loads of words drawn uniformly: every page of the footprint is as likely as any other.
struct UniformPattern: SyntheticPattern {
  static let summary = "loads of words anywhere in the footprint, all as likely"

  private var generator: SplitMix64

  init(_ settings: SyntheticSettings, seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func step(_ program: inout SyntheticProgram) {
    program.access(.load, offset: 8 * generator.number(below: program.footprint / 8))
  }
}
