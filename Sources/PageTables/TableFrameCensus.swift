import Addressing

/// How many frames that hold page tables lie in each aligned 2 MiB and 1 GiB of real memory.
struct TableFrameCensus: Sendable {
  private var per2M: [UInt64: Int32] = [:]
  private var per1G: [UInt64: Int32] = [:]

  /// Counts the table at `frame` once more or (`by` -1) once less; a root of 2 MiB fills its range.
  mutating func count(_ frame: RealAddress, by step: Int32) {
    Self.add(step, to: &per2M, at: frame.rawValue >> PageSize.size2M.shift)
    Self.add(step, to: &per1G, at: frame.rawValue >> PageSize.size1G.shift)
  }

  /// The largest size, no larger than `limit`, whose aligned range around `real` holds no table; 4K always
  /// passes.
  func largestFreeSize(around real: RealAddress, upTo limit: PageSize) -> PageSize {
    if limit == .size1G, per1G[real.rawValue >> PageSize.size1G.shift] == nil { return .size1G }
    if limit >= .size2M, per2M[real.rawValue >> PageSize.size2M.shift] == nil { return .size2M }
    return .size4K
  }

  private static func add(_ step: Int32, to counts: inout [UInt64: Int32], at range: UInt64) {
    let count = counts[range, default: 0] + step
    counts[range] = count == 0 ? nil : count
  }
}
