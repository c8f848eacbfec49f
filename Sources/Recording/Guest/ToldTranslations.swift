/// The real page last told of each virtual page, for as many as fit: so that a trace tells what is new, and little
/// that is not.
struct ToldTranslations {
  private struct Entry {
    var page: UInt64 = .max
    var space: UInt32 = .max
    var real: UInt32 = .max
  }

  /// As many as the second-level TLB of no machine reaches; 1 MiB.
  private static let capacity = 1 << 16
  private var entries = [Entry](repeating: Entry(), count: capacity)

  /// Whether `real` is news of `page`; from now on it is not.
  @inline(__always) mutating func isNews(page: UInt64, space: UInt32, real: UInt32) -> Bool {
    let slot = Int(
      truncatingIfNeeded: (page ^ page >> 16 ^ UInt64(space) &* 0x9e37) & UInt64(Self.capacity - 1))
    let entry = entries[slot]
    if entry.page == page, entry.space == space, entry.real == real { return false }
    entries[slot] = Entry(page: page, space: space, real: real)
    return true
  }
}
