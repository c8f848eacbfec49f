import Addressing

/// A direct-mapped memory of pages that need nothing from the guest's kernel: mapped, and allowing what was last
/// asked of them. Most page runs end here.
struct PageFilter: Sendable {
  /// The page number above two bits that allow writing and fetching, in the order of ``PageRun/flags``.
  private var entries = [UInt64](repeating: .max, count: Self.size)

  /// [E] 128 KiB: covers 64 MiB of virtual memory, and fits a second-level cache.
  static let size = 1 << 14

  /// The first run in `range` that the filter does not answer for, or its end.
  func firstUnknown(_ runs: [PageRun], _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    while index < range.upperBound {
      let run = runs[index]
      let needs = UInt64(run.flags & 3)
      let place = Int(truncatingIfNeeded: run.page) & (Self.size - 1)
      guard entries[place] & (~3 | needs) == run.page << 2 | needs else { return index }
      index += 1
    }
    return index
  }

  /// Notes what a mapped page allows: bit 0 fetching, bit 1 writing.
  mutating func allow(_ page: UInt64, _ permissions: UInt64) {
    entries[Int(truncatingIfNeeded: page) & (Self.size - 1)] = page << 2 | permissions
  }

  /// Forgets pages, whatever they allow.
  mutating func forget(_ pages: Range<UInt64>) {
    guard pages.count < Self.size else { return forgetAll() }
    for page in pages {
      let place = Int(truncatingIfNeeded: page) & (Self.size - 1)
      if entries[place] >> 2 == page { entries[place] = .max }
    }
  }

  mutating func forgetAll() {
    for place in entries.indices { entries[place] = .max }
  }
}
