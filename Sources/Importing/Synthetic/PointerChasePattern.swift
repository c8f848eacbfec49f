import Addressing

/// Loads that each hold the address of the next: one cycle through every page of the footprint, in random order.
struct PointerChasePattern: SyntheticPattern {
  static let summary = "loads along one cycle of pointers through every page, in random order"

  private let order: PageOrder
  private var position = 0

  init(_ settings: SyntheticSettings, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    order = PageOrder(count: Int(settings.pages), using: &generator)
  }

  mutating func step(_ program: inout SyntheticProgram) {
    program.access(.load, offset: order[position] * 4096)
    position = (position + 1) % order.count
  }
}
