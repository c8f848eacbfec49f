import Results

/// Counters that groups of strategies can never count.
enum NotApplicable {
  /// Nothing leaves the guest, and nothing is behind its memory.
  static let hypervisor: CounterSet = [
    \.exitsTableStoreLeaf, \.exitsTableStoreNonleaf, \.exitsHiddenFault, \.exitsDirtyFault, \.exitsTrueFault,
    \.exitsInvalidatePage, \.exitsAddressSpaceSwitch, \.exitsSecondStageFault, \.faultsHidden,
    \.faultsSecondStage, \.pagesBacked,
  ]
  /// No second table is walked.
  static let secondStage: CounterSet = [
    \.walkReferencesHost, \.hostWalkCacheHits, \.nestedTLBHits, \.nestedTLBMisses, \.exitsSecondStageFault,
    \.faultsSecondStage, \.realMapEntriesEstablished,
  ]
  /// No shadow tables.
  static let shadow: CounterSet = [
    \.walkReferencesShadow, \.exitsHiddenFault, \.exitsDirtyFault, \.faultsHidden, \.shadowEntriesComposed,
    \.shadowEntriesZapped,
  ]
  /// The guest keeps its own faults, invalidations and root register.
  static let guestPrivileges: CounterSet = [
    \.exitsTrueFault, \.exitsInvalidatePage, \.exitsAddressSpaceSwitch,
  ]
  /// Stores to page tables are the guest's own business.
  static let tableStores: CounterSet = [\.exitsTableStoreLeaf, \.exitsTableStoreNonleaf]
}
