import Addressing

/// Loads of pages by Zipf's law: that of rank r in proportion to 1 / r^exponent, ranks in random order of address.
struct ZipfPattern: SyntheticPattern {
  static let summary = "loads of pages by Zipf's law, the popular ones anywhere in the footprint"
  static let settings: [SyntheticSetting] = [.exponent]

  private var generator: SplitMix64
  private let order: PageOrder
  private let distribution: ZipfDistribution

  init(_ settings: SyntheticSettings, seed: UInt64) {
    generator = SplitMix64(seed: seed)
    order = PageOrder(count: Int(settings.pages), using: &generator)
    distribution = ZipfDistribution(count: Int(settings.pages), exponent: settings.exponent)
  }

  mutating func step(_ program: inout SyntheticProgram) {
    let page = order[distribution.draw(using: &generator)]
    program.access(.load, offset: page * 4096 + 8 * generator.number(below: 512))
  }
}
