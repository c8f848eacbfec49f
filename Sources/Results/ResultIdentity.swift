/// What was traced (semantics rule 17).
public enum TraceScope: String, CaseIterable, Sendable {
  /// One user program: no kernel work, no switches, so that exits are a lower bound.
  case user
  /// A whole guest, its kernel included.
  case system
  /// A whole guest, of which the accesses of its programs alone were kept, with all events.
  case systemUser = "system-user"
  /// A whole guest, of which the accesses of its kernel alone were kept, with all events.
  case systemKernel = "system-kernel"

  /// What a reader of numbers must know who takes the trace for a whole one; nil where it is.
  public var warning: String? {
    switch self {
    case .user: "one program without its kernel's work and switches; exits are a lower bound"
    case .system: nil
    case .systemUser:
      "a whole guest, of whose accesses those of its kernel were left out; its events are all there"
    case .systemKernel:
      "a whole guest, of whose accesses those of its programs were left out; its events are all there"
    }
  }
}

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

/// One setting of a configuration, in the spelling of `--set`.
public struct ConfigurationAxis: Hashable, Sendable {
  public let key: String
  public let value: String
  /// The column: the key with dots as underscores (semantics rule 21).
  public let column: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
    column = String(
      decoding: key.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }

  /// Whether guest events were left out of the replay.
  public static func ignoringEvents(_ isOn: Bool) -> ConfigurationAxis {
    ConfigurationAxis(key: ignoreEventsKey, value: isOn ? "on" : "off")
  }

  static let ignoreEventsKey = "ignore-events"

  /// Whether the setting is one of the hypervisor or of walks of its tables, which `native` has not.
  public var isOfHypervisor: Bool {
    ["host_", "pwc_host_", "nested-tlb"].contains { column.hasPrefix($0) }
  }

  /// Whether the setting is a part of a row's identity, and has its column there.
  public var isOfIdentity: Bool { ["seed", "guest_page", "host_page"].contains(column) }
}
