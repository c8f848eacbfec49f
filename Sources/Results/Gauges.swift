/// What a replay found standing at its end, rather than counted on the way. Nil is not applicable.
public struct Gauges: Hashable, Sendable {
  /// Guest memory touched, in bytes of distinct 4 KiB pages of each address space; large pages count what was touched of
  /// them.
  public var footprintBytes: UInt64?
  /// All guest tables (native: all tables), in bytes.
  public var guestTableBytes: UInt64?
  /// All real map tables, in bytes.
  public var realMapTableBytes: UInt64?
  /// All shadow tables, in bytes.
  public var shadowTableBytes: UInt64?
  /// The share of touched bytes that the guest's tables map by pages of at least 2 MiB, 0 to 1.
  public var guest2MCoverage: Double?

  public init(
    footprintBytes: UInt64? = nil, guestTableBytes: UInt64? = nil, realMapTableBytes: UInt64? = nil,
    shadowTableBytes: UInt64? = nil, guest2MCoverage: Double? = nil
  ) {
    self.footprintBytes = footprintBytes
    self.guestTableBytes = guestTableBytes
    self.realMapTableBytes = realMapTableBytes
    self.shadowTableBytes = shadowTableBytes
    self.guest2MCoverage = guest2MCoverage
  }

  /// Every table kept for translation, in bytes; nil where none applies.
  public var tableBytes: UInt64? {
    let tables = [guestTableBytes, realMapTableBytes, shadowTableBytes].compactMap { $0 }
    return tables.isEmpty ? nil : tables.reduce(0, +)
  }
}
