import Results

/// What the counts of a walk belong to.
struct WalkCause: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  /// A TLB holds the translation but does not let the access pass (semantics rule 7).
  static let upgrade = WalkCause(rawValue: 1)
  /// The first access to a page, or the first establishment of a mapping (semantics rule 18).
  static let firstTouch = WalkCause(rawValue: 2)
  /// The walk reached no page that allows the access (semantics rule 5).
  static let aborted = WalkCause(rawValue: 4)

  /// The number of different causes.
  static let count = 8
}
