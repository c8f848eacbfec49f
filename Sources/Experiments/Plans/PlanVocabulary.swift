import Addressing
import Machines
import Results
import Strategies

/// The keys that a plan may use: everything a machine, a strategy or a replay can be told.
struct PlanVocabulary: Sendable {
  /// Keys that are no setting of a machine.
  enum Special: String, CaseIterable {
    case trace
    case machine
    case strategy
    case cost
    case skip
    case limit
    case warmup
    case interval
    case ignoreEvents = "ignore-events"

    /// Whether its values are numbers of accesses, whose suffixes are powers of ten.
    var countsAccesses: Bool { [.skip, .limit, .warmup, .interval].contains(self) }
  }

  private let keys: [String]
  private let known: Set<String>
  /// The settings that are shapes of caches, whose entries and ways are keys of their own.
  let shapes: Set<String>

  init() {
    let shapes = Setting.all.filter(\.isGeometry).map(\.key)
    let parameters = StrategyRegistry.all.flatMap { strategy in
      strategy.parameters.map { "\(strategy.name).\($0.key)" }
    }
    keys =
      Special.allCases.map(\.rawValue) + Setting.all.map(\.key)
      + shapes.flatMap { ["\($0).entries", "\($0).ways"] } + parameters
    known = Set(keys)
    self.shapes = Set(shapes)
  }

  func contains(_ key: String) -> Bool { known.contains(key) }

  func check(_ key: String) throws(PlanError) {
    guard !contains(key) else { return }
    let near = Spelling.nearest(to: key, among: keys)
    throw .unknownKey(
      key, suggestion: near ?? Setting.cache(above: key).map { "\($0).\(Shape.Part.ways.rawValue)" })
  }

  /// Whether a key's values are numbers of accesses.
  func countsAccesses(_ key: String) -> Bool { Special(rawValue: key)?.countsAccesses ?? false }

  /// A value as it is compared: numbers of accesses in full, so that `5M` and `5000000` are one.
  func canonical(_ value: String, of key: String) -> String {
    countsAccesses(key) ? AccessCount.number(value).map { String($0) } ?? value : value
  }

  /// The cache whose entries or ways a key names: `l2` for `l2.ways`.
  func shape(of key: String) -> (cache: String, part: Shape.Part)? {
    for part in Shape.Part.allCases where key.hasSuffix(".\(part.rawValue)") {
      let cache = String(key.dropLast(part.rawValue.count + 1))
      if shapes.contains(cache) { return (cache, part) }
    }
    return nil
  }
}
