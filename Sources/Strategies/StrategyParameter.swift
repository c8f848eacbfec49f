/// A setting of one strategy.
public struct StrategyParameter: Hashable, Sendable {
  /// The key after the strategy's name: `rmt` in `real-map.rmt`.
  public var key: String
  /// The values it can take; the first is the default.
  public var values: [String]
  /// What it decides, in one sentence.
  public var meaning: String

  public init(_ key: String, _ values: [String], _ meaning: String) {
    self.key = key
    self.values = values
    self.meaning = meaning
  }
}

/// The settings given for one strategy, checked against its parameters.
public struct StrategyParameters: Hashable, Sendable {
  private var values: [String: String]

  /// - Throws: ``StrategyError`` for an unknown key or value.
  public init(
    _ given: [String: String], of strategy: String, _ parameters: [StrategyParameter]
  ) throws(StrategyError) {
    for key in given.keys.sorted() where !parameters.contains(where: { $0.key == key }) {
      throw .unknownKey("\(strategy).\(key)", known: parameters.map { "\(strategy).\($0.key)" })
    }
    values = [:]
    for parameter in parameters {
      let value = given[parameter.key] ?? parameter.values[0]
      guard parameter.values.contains(value) else {
        throw .unknownValue("\(strategy).\(parameter.key)", value, allowed: parameter.values)
      }
      values[parameter.key] = value
    }
  }

  /// The value of a declared parameter.
  public subscript(key: String) -> String { values[key, default: ""] }
}
