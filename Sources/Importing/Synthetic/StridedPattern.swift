import Addressing

/// Loads in steps of one length through the footprint, from its start again where the next would leave it.
struct StridedPattern: SyntheticPattern {
  static let summary = "loads in equal steps through the footprint, again and again"
  static let settings: [SyntheticSetting] = [.stride]

  private let stride: UInt64
  private var offset: UInt64 = 0

  init(_ settings: SyntheticSettings, seed: UInt64) { stride = settings.stride }

  mutating func step(_ program: inout SyntheticProgram) {
    program.access(.load, offset: offset)
    offset += stride
    if offset + 8 > program.footprint { offset = 0 }
  }
}
