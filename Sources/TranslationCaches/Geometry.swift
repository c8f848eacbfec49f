/// The shape of a set-associative structure, written entries×ways (`1536x12`) or, fully associative, `64fa`.
@frozen public struct Geometry: Hashable, Sendable, CustomStringConvertible {
  /// The number of translations it holds.
  public let entries: Int
  /// The number of places within a set that one translation may take.
  public let ways: Int

  /// The number of sets; any number, powers of two or not.
  @inlinable public var sets: Int { entries / ways }

  /// The largest number of entries: keeps a mistyped machine file from asking for the whole memory.
  public static let maximumEntries = 1 << 22

  public init(entries: Int, ways: Int) throws(TranslationCacheError) {
    let text = "\(entries)x\(ways)"
    guard entries > 0 else { throw .noEntries(geometry: text) }
    guard ways > 0 else { throw .noWays(geometry: text) }
    guard entries <= Self.maximumEntries else {
      throw .tooManyEntries(geometry: text, limit: Self.maximumEntries)
    }
    guard entries.isMultiple(of: ways) else { throw .unevenSets(geometry: text) }
    self.entries = entries
    self.ways = ways
  }

  /// A fully associative structure: one set.
  public init(fullyAssociative entries: Int) throws(TranslationCacheError) {
    guard entries > 0 else { throw .noEntries(geometry: "\(entries)fa") }
    try self.init(entries: entries, ways: entries)
  }

  /// Reads the written form.
  public init(parsing text: String) throws(TranslationCacheError) {
    if text.hasSuffix("fa"), let entries = Self.number(text.dropLast(2)) {
      try self.init(fullyAssociative: entries)
      return
    }
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let entries = Self.number(parts[0]), let ways = Self.number(parts[1]) else {
      throw .malformedGeometry(text)
    }
    try self.init(entries: entries, ways: ways)
  }

  public var description: String { sets == 1 ? "\(entries)fa" : "\(entries)x\(ways)" }

  /// A plain decimal number: no sign, no space.
  private static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return Int(text)
  }
}

extension Geometry: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do { try self.init(parsing: text) } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
