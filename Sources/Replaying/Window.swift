import Addressing

/// The positions at which something begins, ends or is counted in one trace, in accesses from its start.
struct Window: Sendable {
  /// The first access replayed.
  let start: UInt64
  /// The first access not replayed, in the trace or beyond: what stands behind the last one is read, too.
  let end: UInt64
  /// The first access counted.
  let counted: UInt64
  /// Accesses of one row; nil is one row.
  let interval: UInt64?

  /// - Parameter total: the accesses of the trace; nil where a pipe does not tell.
  init(_ options: ReplayOptions, total: UInt64?) {
    start = min(options.skip, total ?? .max)
    let available = (total ?? .max) - start
    let replayed = min(options.limit ?? .max, available)
    end = start.addingSaturated(options.limit ?? .max)
    counted = start + min(options.warmup.accesses(of: replayed), replayed)
    interval = options.interval
  }

  /// Whether a row ends, or counting starts, before the access at `position`.
  func isMark(_ position: UInt64) -> Bool {
    guard position >= counted, position < end else { return false }
    guard let interval, position > counted else { return position == counted }
    return (position - counted) % interval == 0
  }

  /// The positions within a block of `count` records from `first` on at which runs must be split, relative to
  /// the block, in order. Turns of several virtual machines end at multiples of one of `quanta` from the start.
  func breaks(first: UInt64, count: UInt32, quanta: [UInt64]) -> [UInt32] {
    let last = first + UInt64(count)
    var positions = Set([start, end, counted].filter { $0 > first && $0 < last })
    func insertMultiples(of step: UInt64, from origin: UInt64) {
      // A step may lead beyond every number: then no further position is in the block.
      var (position, isBeyond) = (origin, false)
      if first >= origin {
        (position, isBeyond) = first.addingReportingOverflow(step - (first - origin) % step)
      }
      while !isBeyond, position < min(last, end) {
        if position > first { positions.insert(position) }
        (position, isBeyond) = position.addingReportingOverflow(step)
      }
    }
    if let interval { insertMultiples(of: interval, from: counted) }
    for quantum in quanta { insertMultiples(of: quantum, from: start) }
    return positions.sorted().map { UInt32($0 - first) }
  }
}
