/// Everything a replay counts, by cause. Each field is one column of the results; what exactly it counts is
/// said once, in ``columns``.
@frozen public struct Counters: Hashable, Sendable {
  // Lookups. An access makes one in each level reached, two where it crosses a page.

  public var l1dLookups: UInt64 = 0
  public var l1dMisses: UInt64 = 0
  public var l1iLookups: UInt64 = 0
  public var l1iMisses: UInt64 = 0
  public var l2Lookups: UInt64 = 0
  public var l2Misses: UInt64 = 0

  // Walks, and the table entries they read.

  public var walks: UInt64 = 0
  public var walkReferencesGuest: UInt64 = 0
  public var walkReferencesHost: UInt64 = 0
  public var walkReferencesShadow: UInt64 = 0
  public var walkReferencesFaulting: UInt64 = 0
  public var dirtyWalks: UInt64 = 0
  public var dirtyWalkReferences: UInt64 = 0
  public var guestWalkCacheHits: UInt64 = 0
  public var hostWalkCacheHits: UInt64 = 0
  public var nestedTLBHits: UInt64 = 0
  public var nestedTLBMisses: UInt64 = 0

  // VM exits by reason; each exit has one.

  public var exitsTableStoreLeaf: UInt64 = 0
  public var exitsTableStoreNonleaf: UInt64 = 0
  public var exitsHiddenFault: UInt64 = 0
  public var exitsDirtyFault: UInt64 = 0
  public var exitsTrueFault: UInt64 = 0
  public var exitsInvalidatePage: UInt64 = 0
  public var exitsAddressSpaceSwitch: UInt64 = 0
  public var exitsSecondStageFault: UInt64 = 0

  // Faults by kind, whether or not they exit.

  public var faultsNotPresent: UInt64 = 0
  public var faultsProtection: UInt64 = 0
  public var faultsHidden: UInt64 = 0
  public var faultsSecondStage: UInt64 = 0

  // What the guest did.

  public var tableStores: UInt64 = 0
  public var pageInvalidations: UInt64 = 0
  public var addressSpaceSwitches: UInt64 = 0
  public var vmSwitches: UInt64 = 0
  public var tlbFlushes: UInt64 = 0

  // What the hypervisor did.

  public var shadowEntriesComposed: UInt64 = 0
  public var shadowEntriesZapped: UInt64 = 0
  public var realMapEntriesEstablished: UInt64 = 0
  public var pagesBacked: UInt64 = 0

  /// All zero.
  @inlinable public init() {}

  /// Entries read by walks that completed after an L2 TLB miss, in every dimension; those of aborted walks
  /// and of dirty walks stand apart (semantics rules 5 and 7).
  @inlinable public var walkReferences: UInt64 {
    walkReferencesGuest + walkReferencesHost + walkReferencesShadow
  }

  /// Every entry read by a walk of any kind: completing, aborted, dirty. This is what cycles are charged on.
  @inlinable public var allWalkReferences: UInt64 {
    walkReferences + walkReferencesFaulting + dirtyWalkReferences
  }

  /// Exits to the hypervisor, all reasons.
  @inlinable public var vmExits: UInt64 {
    exitsTableStoreLeaf + exitsTableStoreNonleaf + exitsHiddenFault + exitsDirtyFault + exitsTrueFault
      + exitsInvalidatePage + exitsAddressSpaceSwitch + exitsSecondStageFault
  }

  /// Faults the guest sees: its own tables deny the access.
  @inlinable public var trueFaults: UInt64 { faultsNotPresent + faultsProtection }

  /// Faults, all kinds.
  @inlinable public var faults: UInt64 { trueFaults + faultsHidden + faultsSecondStage }
}

extension Counters {
  /// Adds field by field. Runs over ``columns``, so it forgets none; for use per block or rarer.
  public static func += (sum: inout Counters, other: Counters) {
    for column in columns { sum[keyPath: column.field] += other[keyPath: column.field] }
  }

  public static func + (a: Counters, b: Counters) -> Counters {
    var sum = a
    sum += b
    return sum
  }

  /// What was counted between two moments: `a` is the later one, so that no field of `b` is larger.
  public static func - (a: Counters, b: Counters) -> Counters {
    var difference = a
    for column in columns { difference[keyPath: column.field] -= b[keyPath: column.field] }
    return difference
  }
}
