/// Where results come from: enough to make them again.
public struct Provenance: Hashable, Sendable {
  /// The version of the tool that replayed.
  public var toolVersion: String
  /// The command that replayed, and those that changed the costs since, in order.
  public var commandLines: [String]
  public var traces: [TraceSource]
  public var machines: [EffectiveMachine]

  public init(
    toolVersion: String, commandLines: [String], traces: [TraceSource], machines: [EffectiveMachine]
  ) {
    self.toolVersion = toolVersion
    self.commandLines = commandLines
    self.traces = traces
    self.machines = machines
  }

  /// A trace that was replayed.
  public struct TraceSource: Hashable, Sendable {
    /// The name or path, as given.
    public var name: String
    public var digest: String

    public init(name: String, digest: String) {
      self.name = name
      self.digest = digest
    }
  }

  /// A machine with every setting in effect.
  public struct EffectiveMachine: Hashable, Sendable {
    public var name: String
    public var digest: String
    /// The settings, one a line, as `presets show` prints them.
    public var settings: [String]

    public init(name: String, digest: String, settings: [String]) {
      self.name = name
      self.digest = digest
      self.settings = settings
    }
  }
}
