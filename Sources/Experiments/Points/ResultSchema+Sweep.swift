import Machines
public import Results
import Strategies

extension ResultSchema {
  /// The columns of every sweep: those of all strategies and of all settings.
  public static let sweep = ResultSchema(
    strategies: StrategyRegistry.names,
    configuration: Setting.all.map(\.axis) + [.ignoringEvents(false)])
}
