/// Which replay a row is of: trace, machine, strategy and stretch.
public struct ResultIdentity: Hashable, Sendable {
  /// The trace's name, as the user would recognise it.
  public var trace: String
  /// The digest of the trace's contents.
  public var traceDigest: String
  public var traceScope: TraceScope
  /// The machine's name, of a preset or file.
  public var machine: String
  /// The digest of the effective machine, every setting included.
  public var machineDigest: String
  /// The version of the model's rules: rows of different versions do not compare.
  public var modelVersion: String
  public var seed: UInt64
  /// The strategy's registered name.
  public var strategy: String
  /// The strategy's own parameters where they are not the defaults, as `key=value`, separated by spaces.
  public var strategyParameters: String
  /// The number of the interval, from 0; nil is the whole replay.
  public var interval: UInt64?
  /// The ordinal in the trace of the first access counted.
  public var firstAccess: UInt64
  /// The ordinal in the trace of the last access counted.
  public var lastAccess: UInt64
  /// The page size the guest maps, as given: `4K`, `2M`, `1G` or `thp`; empty where a recorded guest decides.
  public var guestPage: String
  /// The page size the hypervisor maps; nil where there is no second stage.
  public var hostPage: String?
  /// How the guest chooses pages: its policy and allocator.
  public var pagePolicy: String
  /// How real memory is backed: `prepopulated` or `on-demand`.
  public var backing: String

  public init(
    trace: String, traceDigest: String, traceScope: TraceScope, machine: String, machineDigest: String,
    modelVersion: String, seed: UInt64, strategy: String, strategyParameters: String = "",
    interval: UInt64? = nil, firstAccess: UInt64, lastAccess: UInt64, guestPage: String, hostPage: String?,
    pagePolicy: String, backing: String
  ) {
    self.trace = trace
    self.traceDigest = traceDigest
    self.traceScope = traceScope
    self.machine = machine
    self.machineDigest = machineDigest
    self.modelVersion = modelVersion
    self.seed = seed
    self.strategy = strategy
    self.strategyParameters = strategyParameters
    self.interval = interval
    self.firstAccess = firstAccess
    self.lastAccess = lastAccess
    self.guestPage = guestPage
    self.hostPage = hostPage
    self.pagePolicy = pagePolicy
    self.backing = backing
  }

  /// The strategy that others are compared with: one table, no hypervisor.
  public static let nativeStrategy = "native"

  /// The strategy's name with its parameters, for people.
  public var strategyLabel: String {
    strategyParameters.isEmpty ? strategy : "\(strategy) \(strategyParameters)"
  }
}
