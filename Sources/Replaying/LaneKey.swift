import Machines
import Strategies

/// What must agree for machines to share a lane: strategy and machine, but for second-level TLBs and what walks consult
/// (semantics rule 22).
public struct LaneKey: Hashable, Sendable {
  private let strategy: String
  private let parameters: String
  private let settings: [String?]

  /// Nil where a machine shares with no other: without VPID exits flush, and so what happens behind the first level changes
  /// it.
  public init?(_ specification: LaneSpecification) {
    guard specification.machine.vpid else { return nil }
    strategy = specification.strategy.name
    parameters = specification.changedParameters
    settings = Setting.all.filter { !Self.isBehindFirstLevel($0.key) }
      .map { specification.machine.text(of: $0.key) }
  }

  static func isBehindFirstLevel(_ key: String) -> Bool {
    key == "l2" || key.hasPrefix("l2.") || key.hasPrefix("pwc.") || key.hasPrefix("nested-tlb")
  }
}
