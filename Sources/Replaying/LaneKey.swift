import Machines
import Strategies

/// What must agree for machines to share a lane: strategy and machine, but for second-level TLBs and what walks consult
/// (semantics rule 22).
public struct LaneKey: Hashable, Sendable {
  private let strategy: String
  private let parameters: String
  private let machine: Machine

  /// Nil where a machine shares with no other: without VPID exits flush, and so what happens behind the first level changes
  /// it.
  public init?(_ specification: LaneSpecification) {
    guard specification.machine.vpid else { return nil }
    strategy = specification.strategy.name
    parameters = specification.changedParameters
    machine = specification.machine.withoutCachesBehindFirstLevel
  }
}
