import Results

/// The strategies and the keys of their settings, as far as machine files and `--set` need to know them.
///
/// What the values mean is the strategies' business, which this module does not know; their registry makes the
/// vocabulary.
public struct StrategyVocabulary: Sendable {
  private var keysOfStrategy: [String: [String]] = [:]
  /// `strategy.key` for each key, in the order given.
  private var names: [String] = []

  /// No strategies: every key is the machine's.
  public init() {}

  /// - Parameter strategies: Names, and keys without the name: `real-map` and `rmt` for `real-map.rmt`.
  public init(_ strategies: [(name: String, keys: [String])]) {
    for (name, keys) in strategies {
      keysOfStrategy[name, default: []] += keys
      names += keys.map { "\(name).\($0)" }
    }
  }

  /// The strategy and its key that a dotted key names; nil where it starts with no strategy's name.
  func split(_ dotted: String) -> (strategy: String, key: String)? {
    guard let dot = dotted.firstIndex(of: ".") else { return nil }
    let strategy = String(dotted[..<dot])
    guard keysOfStrategy[strategy] != nil else { return nil }
    return (strategy, String(dotted[dotted.index(after: dot)...]))
  }

  func check(strategy: String, key: String) throws(MachineError) {
    guard keysOfStrategy[strategy]?.contains(key) == true else {
      throw .unknownKey(
        "\(strategy).\(key)", suggestion: Spelling.nearest(to: "\(strategy).\(key)", among: names))
    }
  }

  /// The key of a machine or a strategy nearest to an unknown one; below a cache's key, how its shape is written.
  func suggestion(for key: String) -> String? {
    if let near = Spelling.nearest(to: key, among: Setting.all.map(\.key) + names) { return near }
    return Setting.cache(above: key).map { "\($0)=ENTRIESxWAYS" }
  }
}
