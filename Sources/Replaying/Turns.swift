/// Whose turn it is where several traces share the machine: each runs a quantum of accesses, then the next one.
struct Turns: Sendable {
  private let count: Int
  private let quantum: UInt64
  /// The trace that runs.
  private(set) var source = 0
  private var end: UInt64?

  init(count: Int, quantum: UInt64) {
    self.count = count
    self.quantum = quantum
  }

  /// Starts the turn of ``source`` at a position of its trace, unless it is running; turns end at multiples of the
  /// quantum from `origin` on.
  mutating func begin(at position: UInt64, from origin: UInt64) {
    guard count > 1, end == nil else { return }
    let done = position > origin ? (position - origin) / quantum : 0
    let (length, isTooLong) = (done + 1).multipliedReportingOverflow(by: quantum)
    let (last, isBeyond) = origin.addingReportingOverflow(length)
    // A turn that would end beyond every number ends with the trace.
    end = isTooLong || isBeyond ? .max : last
  }

  /// Whether the turn ends before the access at `position`.
  func isOver(at position: UInt64) -> Bool { end.map { position >= $0 } ?? false }

  /// Lets the next trace run.
  mutating func pass() {
    source = (source + 1) % count
    end = nil
  }
}
