public import Machines
public import Strategies

/// What a lane is made from: a machine and a strategy with its parameters.
public struct LaneSpecification: Sendable {
  public var machine: Machine
  public var strategy: any TranslationStrategy.Type
  /// The parameters given for the strategy, without its name.
  public var parameters: [String: String]

  public init(
    machine: Machine, strategy: any TranslationStrategy.Type, parameters: [String: String] = [:]
  ) {
    self.machine = machine
    self.strategy = strategy
    self.parameters = parameters
  }

  /// The parameters that are not the defaults, as `key=value`, separated by spaces.
  public var changedParameters: String {
    strategy.parameters.compactMap { parameter in
      guard let value = parameters[parameter.key], value != parameter.values[0] else { return nil }
      return "\(parameter.key)=\(value)"
    }.joined(separator: " ")
  }

  /// The strategy set up for machines that share a lane, by second level.
  func makeStrategy(on machines: [[Machine]]) throws(ReplayError) -> any TranslationStrategy {
    do {
      let parameters = try StrategyParameters(parameters, of: strategy.name, strategy.parameters)
      return strategy.init(machines, parameters)
    } catch {
      throw .strategy(error)
    }
  }
}
