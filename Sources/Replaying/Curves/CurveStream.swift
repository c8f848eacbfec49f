import Addressing

/// Whose lookups a curve counts.
public enum CurveStream: String, CaseIterable, Sendable {
  case data
  case instructions
  /// Both, in one structure.
  case both

  /// The page runs that are exact for it (semantics rule 3).
  var runs: RunStreams { self == .both ? .unified : .split(sets: 1) }

  /// Whether it takes a run.
  @inline(__always) func contains(_ run: PageRun) -> Bool {
    switch self {
    case .data: !run.isFetch
    case .instructions: run.isFetch
    case .both: true
    }
  }

  /// Its lookups among what was accessed.
  func lookups(_ counts: TraceCounts) -> UInt64 {
    switch self {
    case .data: counts.dataLookups
    case .instructions: counts.fetchLookups
    case .both: counts.dataLookups + counts.fetchLookups
    }
  }
}
