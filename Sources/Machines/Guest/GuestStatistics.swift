/// What a guest model did, for the gauges of a result and for those who calibrate the model.
public struct GuestStatistics: Hashable, Sendable {
  /// Distinct 4 KiB pages touched, each process's apart.
  public internal(set) var touchedPages: UInt64 = 0
  /// Those of them that a page of 2 MiB or more mapped when they were first touched.
  public internal(set) var touchedPagesInLarge: UInt64 = 0
  /// Page faults delivered.
  public internal(set) var faults: UInt64 = 0
  /// Large pages that were wanted and could not be had, because no frame was free or the range was in use.
  public internal(set) var largePageFallbacks: UInt64 = 0
  /// Reads that mapped the zero page.
  public internal(set) var zeroPageMappings: UInt64 = 0
  /// Writes that gave a process a page of its own in place of a shared one.
  public internal(set) var copies: UInt64 = 0
  /// Accesses that the recorded events forbid; the page was given the permission, since the access was made.
  public internal(set) var impliedPermissions: UInt64 = 0

  public init() {}

  /// Adds what another guest, or the same one at another time, did.
  public static func += (sum: inout GuestStatistics, other: GuestStatistics) {
    sum.touchedPages += other.touchedPages
    sum.touchedPagesInLarge += other.touchedPagesInLarge
    sum.faults += other.faults
    sum.largePageFallbacks += other.largePageFallbacks
    sum.zeroPageMappings += other.zeroPageMappings
    sum.copies += other.copies
    sum.impliedPermissions += other.impliedPermissions
  }

  /// Memory touched, in bytes of 4 KiB pages.
  public var footprintBytes: UInt64 { touchedPages * 4096 }

  /// The share of the touched bytes that pages of 2 MiB or more map; nil where nothing was touched.
  public var guest2MCoverage: Double? {
    touchedPages == 0 ? nil : Double(touchedPagesInLarge) / Double(touchedPages)
  }
}
