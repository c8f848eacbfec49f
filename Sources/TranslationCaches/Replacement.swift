import Addressing

/// The rules by which a set gives up a way, over a few words of state a set. They see ways, never addresses.
///
/// Order of calls for a set: ``prepare(_:ways:)`` once; ``filled(_:_:ways:)`` when a translation enters a way,
/// ``touched(_:_:ways:)`` when a lookup hits one, ``victim(_:ways:random:)`` when a translation is to enter and all
/// ways are valid, each filled at least once. Invalidations are not told: such a way is filled before a victim is
/// asked for.
///
/// Touching the way that was touched or filled last changes nothing (semantics rule 3), so it may not be told either.
protocol Replacement: Sendable {
  static var needsPowerOfTwoWays: Bool { get }
  /// Whether hits change the state.
  static var heedsHits: Bool { get }
  /// The words of state that a set needs.
  static func stateWords(ways: Int) -> Int
  /// Sets up an empty set's words, which are zero.
  static func prepare(_ state: SetState, ways: Int)
  static func touched(_ way: Int, _ state: SetState, ways: Int)
  static func filled(_ way: Int, _ state: SetState, ways: Int)
  /// The way to give up; it is filled next. Only random replacement draws from `random`.
  static func victim(_ state: SetState, ways: Int, random: inout SplitMix64) -> Int
}

extension Replacement {
  static var needsPowerOfTwoWays: Bool { false }
  static var heedsHits: Bool { true }
  static func prepare(_ state: SetState, ways: Int) {}
}
