import Machines
import Strategies

/// What must agree for lanes to share first-level TLBs: the order of lookups, the sizes of entries, and every invalidation
/// (semantics rule 22).
public struct FirstLevelKey: Hashable, Sendable {
  /// Of lanes that share with no other strategy.
  private let lane: LaneKey?
  private let machine: Machine

  /// Nil where a lane shares with no other: without VPID exits flush.
  ///
  /// - Parameter acrossStrategies: Whether strategies may share that invalidate only what the guest asks for. Where the
  ///   guest's policy is pages of 4 KiB, every entry is one, whatever the host's pages; but for what a program gets from
  ///   a pool of huge pages: then they diverge, and must be replayed again without.
  public init?(_ specification: LaneSpecification, acrossStrategies: Bool) {
    guard let lane = LaneKey(specification) else { return nil }
    let machine = specification.machine
    let isAsTheGuestSays = machine.guest.page == .only4K && !specification.strategy.invalidatesUnasked
    self.lane = acrossStrategies && isAsTheGuestSays ? nil : lane
    self.machine = machine.withoutWhatFollowsFirstLevel
  }
}
