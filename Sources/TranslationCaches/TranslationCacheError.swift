/// Why a structure cannot be built as described.
public enum TranslationCacheError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Neither `1536x12` nor `64fa`.
  case malformedGeometry(String)
  case noEntries(geometry: String)
  case noWays(geometry: String)
  /// The entries do not fill a whole number of sets.
  case unevenSets(geometry: String)
  case tooManyEntries(geometry: String, limit: Int)
  /// No replacement policy has this name.
  case unknownPolicy(String)
  /// The policy needs a power-of-two number of ways.
  case waysNotPowerOfTwo(policy: String, geometry: String)
  /// The index function needs a power-of-two number of sets.
  case setsNotPowerOfTwo(indexing: String, geometry: String, sets: Int)

  public var description: String {
    switch self {
    case .malformedGeometry(let text):
      "geometry '\(text)' is not understood; write entries and ways as 1536x12, or 64fa for fully associative"
    case .noEntries(let geometry):
      "geometry \(geometry) holds no entries; leave the structure out or give it at least one"
    case .noWays(let geometry):
      "geometry \(geometry) has no ways; give it at least one"
    case .unevenSets(let geometry):
      "geometry \(geometry): the entries are not a multiple of the ways"
    case .tooManyEntries(let geometry, let limit):
      "geometry \(geometry) has too many entries; the limit is \(limit)"
    case .unknownPolicy(let name):
      "replacement policy '\(name)' is unknown; choose one of "
        + ReplacementPolicy.allCases.map(\.rawValue).joined(separator: ", ")
    case .waysNotPowerOfTwo(let policy, let geometry):
      "geometry \(geometry): \(policy) needs a power-of-two number of ways; choose another policy or geometry"
    case .setsNotPowerOfTwo(let indexing, let geometry, let sets):
      "geometry \(geometry) has \(sets) sets: index \(indexing) needs a power of two; choose modulo or another geometry"
    }
  }
}
