public import Machines

/// Every strategy there is. To add one, add its line.
public enum StrategyRegistry {
  public static let all: [any TranslationStrategy.Type] = [
    NativeTranslation.self,
    ShadowPaging.self,
    NestedPaging.self,
    RealMap.self,
  ]

  /// The names, in the order of ``all``.
  public static var names: [String] { all.map { $0.name } }

  /// The strategy of this name.
  public static func strategy(named name: String) throws(StrategyError) -> any TranslationStrategy.Type {
    guard let strategy = all.first(where: { $0.name == name }) else {
      throw .unknownStrategy(name, known: names)
    }
    return strategy
  }

  /// The settings of all strategies, as machine files and the command line name them.
  public static let vocabulary = StrategyVocabulary(all.map { ($0.name, $0.parameters.map(\.key)) })
}
