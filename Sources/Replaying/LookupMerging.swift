/// Which lookups are made as one: those that find again what the same stream used before, whose outcome is known as long as
/// nothing else drops it meanwhile. What more are merged changes no result: where it would, the replay is refused with
/// ``TranslationError/divergedStages``.
public enum LookupMerging: Sendable, Hashable, Comparable {
  /// Those that no other access comes between. Never refused.
  case adjacent
  /// Besides, instructions and data apart, those of the page that the stream used last.
  case ofStreams
  /// Besides, those of the page that the stream used last in its set (semantics rule 24). The fastest.
  case ofSets
}
