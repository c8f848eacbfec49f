import Addressing
import Strategies
import TranslationCaches

/// What the first-level TLBs did in one slice: all that a lane must know that shares them with another.
struct FirstLevelLog: Sendable {
  /// A run that was not a plain hit.
  struct Entry: Sendable {
    var run: PageRun
    /// The run's index in its block.
    var position: UInt32
    /// The slot that holds its page; -1 is a miss.
    var found: Int32
    /// The slot that holds it afterwards.
    var slot: Int32
    /// The size of its entry there, and of the page that the guest maps.
    var size: PageSize
    var mappedSize: PageSize
  }

  var entries: [Entry] = []
  /// What the strategy required to be dropped, in order, and how far it had got after each entry and each step. Lanes
  /// that share a first level must require the same at the same moments (semantics rule 22).
  var invalidations: [Invalidation] = []
  var invalidationCounts: [Int32] = []
}
