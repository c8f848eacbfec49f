import Machines
import Strategies

/// What must agree for lanes to share first-level TLBs: strategy and machine, but for what lies behind the first level and
/// counts there alone (semantics rule 22).
public struct FirstLevelKey: Hashable, Sendable {
  private let strategy: String
  private let parameters: String
  private let settings: [String?]

  /// Nil where lanes share with no other: without VPID exits flush, and so what happens behind the first level changes it.
  public init?(_ specification: LaneSpecification) {
    guard specification.machine.vpid else { return nil }
    strategy = specification.strategy.name
    parameters = specification.changedParameters
    settings = Setting.all.filter { !Self.isBehind($0.key) }.map { specification.machine.text(of: $0.key) }
  }

  private static func isBehind(_ key: String) -> Bool {
    key == "l2" || key.hasPrefix("l2.") || key.hasPrefix("pwc.") || key.hasPrefix("nested-tlb")
  }
}
