import Addressing

/// Whose turn it is among merged traces.
public struct MergeSchedule: Sendable {
  /// The raw value is the name on the command line.
  public enum Order: String, CaseIterable, Sendable {
    case roundRobin = "round-robin"
    /// Each turn goes to any trace that has accesses left, all as likely.
    case random
  }

  private let order: Order
  private var generator: SplitMix64
  private var turn = -1

  public init(_ order: Order, seed: UInt64 = 1) {
    self.order = order
    generator = SplitMix64(seed: seed)
  }

  /// The next trace to run of those that may; nil where none may.
  mutating func next(_ mayRun: [Bool]) -> Int? {
    let runnable = mayRun.indices.filter { mayRun[$0] }
    guard let first = runnable.first else { return nil }
    switch order {
    case .roundRobin: turn = runnable.first { $0 > turn } ?? first
    case .random: turn = runnable[Int(generator.number(below: UInt64(runnable.count)))]
    }
    return turn
  }
}
