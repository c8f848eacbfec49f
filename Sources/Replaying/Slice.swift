import Addressing
import Machines

/// A stretch of a decoded block that lanes replay, with what stands between its runs.
struct Slice: Sendable {
  /// The trace that the block is from, and the position in it of the block's first record.
  private(set) var source = 0
  private(set) var base: UInt64 = 0
  private(set) var block = RunBlock()
  private(set) var runs = 0..<0
  private(set) var steps: [LaneStep] = []

  init() {}

  /// An empty slice with room for as many steps as another took: neighbours are alike, and growth by doubling would
  /// hold them twice.
  init(like other: Slice) { steps.reserveCapacity(other.steps.count) }

  /// Whether there is nothing to replay or to do.
  var isEmpty: Bool { runs.isEmpty && steps.isEmpty }

  /// Starts at a run of a block; steps taken before stay in front.
  mutating func begin(_ block: RunBlock, of source: Int, base: UInt64, at run: Int) {
    (self.source, self.base) = (source, base)
    self.block = block
    runs = run..<run
    for index in steps.indices { steps[index].run = run }
  }

  /// Adds something to do behind the last run.
  mutating func add(_ action: LaneStep.Action) {
    steps.append(LaneStep(run: runs.upperBound, action: action))
  }

  /// Adds what a guest did, each event before its run.
  mutating func add(_ events: [GuestEvent]) {
    for event in events { steps.append(LaneStep(run: event.runIndex, action: .guest(event.event))) }
  }

  /// Adds the runs up to `end`.
  mutating func extend(to end: Int) { runs = runs.lowerBound..<end }

  /// Passes over the runs up to `end`; nothing was replayed before.
  mutating func skip(to end: Int) {
    runs = end..<end
    for index in steps.indices { steps[index].run = end }
  }
}
