/// What a store knows of a sweep's plan: which points it has, in order, and what is needed to report them.
public struct StoredPlan: Hashable, Sendable {
  public var name: String
  /// The plan as written.
  public var text: String
  public var points: [PlannedPoint]
  public var costs: [StoredCosts]
  public var traces: [StoredTrace]

  public init(
    name: String, text: String, points: [PlannedPoint], costs: [StoredCosts] = [], traces: [StoredTrace] = []
  ) {
    self.name = name
    self.text = text
    self.points = points
    self.costs = costs
    self.traces = traces
  }
}

/// A point to be replayed.
public struct PlannedPoint: Hashable, Sendable {
  /// The hash of everything that determines its rows.
  public var key: String
  /// What tells it from others, for people.
  public var label: String

  public init(key: String, label: String) {
    self.key = key
    self.label = label
  }
}

/// A cost table that a plan names.
public struct StoredCosts: Hashable, Sendable {
  public var name: String
  /// The lines of a cost file.
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// Where a trace lay when it was replayed.
public struct StoredTrace: Hashable, Sendable {
  public var digest: String
  public var path: String

  public init(digest: String, path: String) {
    self.digest = digest
    self.path = path
  }
}
