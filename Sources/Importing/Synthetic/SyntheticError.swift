/// A setting with which a synthetic workload cannot be made.
public struct SyntheticError: Error, Hashable, Sendable, CustomStringConvertible {
  public var setting: String
  public var workload: SyntheticWorkload
  /// The values that would do.
  public var allowed: String

  public var description: String { "the \(setting) of \(workload.rawValue) must be \(allowed)" }
}
