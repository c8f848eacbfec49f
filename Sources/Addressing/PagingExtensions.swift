/// What CR4 says of paging (Intel SDM volume 3, section 2.5).
public struct PagingExtensions: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// PSE.
  public static let largePages = PagingExtensions(rawValue: 1 << 4)
  /// PAE.
  public static let physicalAddresses = PagingExtensions(rawValue: 1 << 5)
  /// PGE.
  public static let globalPages = PagingExtensions(rawValue: 1 << 7)
  /// LA57.
  public static let fiveLevels = PagingExtensions(rawValue: 1 << 12)
  /// PCIDE: entries are tagged with process-context identifiers.
  public static let identifiers = PagingExtensions(rawValue: 1 << 17)
  /// SMEP.
  public static let executionPrevention = PagingExtensions(rawValue: 1 << 20)

  /// Whether a load of CR4 drops all that is cached of translations, those of global pages and of all identifiers too: it
  /// changes PSE, PAE, PGE or SMEP, or clears PCIDE (section 4.10.4.1 [M]).
  public func emptiesCaches(after old: PagingExtensions) -> Bool {
    let changed = symmetricDifference(old)
    return !changed.isDisjoint(with: [.largePages, .physicalAddresses, .globalPages, .executionPrevention])
      || changed.contains(.identifiers) && !contains(.identifiers)
  }
}
