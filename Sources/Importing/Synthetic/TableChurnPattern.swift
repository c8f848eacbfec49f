import Addressing

/// A range mapped, each of its pages written, and unmapped; then the next range of the footprint, round and round. So
/// every data access is the first to its page, and every page-table entry is made to be cleared.
struct TableChurnPattern: SyntheticPattern {
  static let summary = "one range after the other mapped, every page of it written, and unmapped"
  static let settings: [SyntheticSetting] = [.range]

  private let range: UInt64
  /// Where the range of this round starts.
  private var start: UInt64 = 0
  /// What of it has been written. In bytes.
  private var written: UInt64 = 0

  init(_ settings: SyntheticSettings, seed: UInt64) { range = settings.range }

  /// Keeps no memory.
  func begin(_ program: inout SyntheticProgram) {}

  mutating func step(_ program: inout SyntheticProgram) {
    if written == 0 { program.map(offset: start, length: range) }
    program.access(.store, offset: start + written)
    written += 4096
    guard written == range else { return }
    program.unmap(offset: start, length: range)
    written = 0
    start += range
    if start + range > program.footprint { start = 0 }
  }
}
