/// Which translation a full set gives up for a new one, named as on the command line.
///
/// A new policy is one file with its ``Replacement`` and one entry of ``allCases``.
public struct ReplacementPolicy: RawRepresentable, CaseIterable, Hashable, Sendable, Codable {
  public let rawValue: String
  let replacement: any Replacement.Type

  /// Every policy there is.
  public static let allCases: [ReplacementPolicy] = [.lru, .treePLRU, .fifo, .random]

  init(_ name: String, _ replacement: any Replacement.Type) {
    rawValue = name
    self.replacement = replacement
  }

  public init?(rawValue: String) {
    guard let policy = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = policy
  }

  /// The policy of this name.
  public init(parsing name: String) throws(TranslationCacheError) {
    guard let policy = Self(rawValue: name) else { throw .unknownPolicy(name) }
    self = policy
  }

  /// Refuses a geometry that the policy cannot keep.
  public func check(_ geometry: Geometry) throws(TranslationCacheError) {
    if replacement.needsPowerOfTwoWays && geometry.ways.nonzeroBitCount != 1 {
      throw .waysNotPowerOfTwo(policy: rawValue, geometry: geometry.description)
    }
  }

  public static func == (a: Self, b: Self) -> Bool { a.rawValue == b.rawValue }
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension ReplacementPolicy: CustomStringConvertible {
  public var description: String { rawValue }
}
