import Addressing

/// What one structure's sets remember under a policy, and the way they give up next. It sees ways and sets, never
/// addresses.
///
/// Order of calls: ``filled(_:set:)`` when a translation enters a way, ``touched(_:set:)`` when a lookup hits one,
/// ``victim(set:random:)`` when a translation is to enter a set whose ways are all valid, each filled at least once.
/// An invalidation is not told: the way will be filled again before a victim is asked for.
///
/// Touching a way that was touched or filled last in its set must change nothing (semantics rule 3); policies that
/// cannot promise it need unfused page runs.
protocol Replacement: Sendable {
  static var needsPowerOfTwoWays: Bool { get }
  init(sets: Int, ways: Int)
  mutating func touched(_ way: Int, set: Int)
  mutating func filled(_ way: Int, set: Int)
  /// The way to give up; it will be filled next. Only random replacement draws from `random`.
  mutating func victim(set: Int, random: inout SplitMix64) -> Int
}

extension Replacement {
  static var needsPowerOfTwoWays: Bool { false }
}
