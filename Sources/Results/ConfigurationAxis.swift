/// One setting of a configuration, in the spelling of `--set`.
public struct ConfigurationAxis: Hashable, Sendable {
  public let key: String
  public private(set) var value: String
  /// The column: the key with dots as underscores (semantics rule 21).
  public let column: String
  /// Whether the setting is one of the hypervisor or of walks of its tables, which `native` has not.
  public let isOfHypervisor: Bool
  /// Whether the setting is a part of a row's identity, and has its column there.
  public let isOfIdentity: Bool

  public init(key: String, value: String = "") {
    self.key = key
    self.value = value
    let column = String(
      decoding: key.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    isOfHypervisor = ["host_", "pwc_host_", "nested-tlb"].contains { column.hasPrefix($0) }
    isOfIdentity = ["seed", "guest_page", "host_page"].contains(column)
    self.column = column
  }

  /// The same setting at another value.
  public func with(_ value: String) -> ConfigurationAxis {
    var axis = self
    axis.value = value
    return axis
  }

  /// Whether guest events were left out of the replay.
  public static func ignoringEvents(_ isOn: Bool) -> ConfigurationAxis {
    ConfigurationAxis(key: ignoreEventsKey, value: isOn ? "on" : "off")
  }

  static let ignoreEventsKey = "ignore-events"
}
