/// One field of ``Counters`` as a column of the results.
public struct CounterColumn: Sendable {
  /// The name in CSV, JSON and reports: the field's, in snake case.
  public let name: String
  /// What one of it is.
  public let unit: String
  /// One sentence that defines what is counted.
  public let meaning: String
  public let field: any WritableKeyPath<Counters, UInt64> & Sendable

  init(
    _ name: String, _ unit: String, _ field: any WritableKeyPath<Counters, UInt64> & Sendable,
    _ meaning: String
  ) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
    self.field = field
  }
}

extension Counters {
  /// The one definition of every counter, in the order in which results show them.
  public static let columns: [CounterColumn] =
    lookups + walking + exits + faultKinds + guestWork + hypervisorWork

  /// The column of a field; nil for a sum, which has none.
  public static func column(of field: KeyPath<Counters, UInt64>) -> CounterColumn? {
    columns.first { $0.field == field }
  }

  private static let lookups: [CounterColumn] = [
    CounterColumn("l1d_lookups", "lookups", \.l1dLookups, "Lookups in the first-level data TLB."),
    CounterColumn("l1d_misses", "misses", \.l1dMisses, "Lookups that missed in the first-level data TLB."),
    CounterColumn("l1i_lookups", "lookups", \.l1iLookups, "Lookups in the first-level instruction TLB."),
    CounterColumn(
      "l1i_misses", "misses", \.l1iMisses, "Lookups that missed in the first-level instruction TLB."),
    CounterColumn("l2_lookups", "lookups", \.l2Lookups, "Lookups in the second-level TLB."),
    CounterColumn("l2_misses", "misses", \.l2Misses, "Lookups that missed in every TLB level."),
  ]

  private static let walking: [CounterColumn] = [
    CounterColumn(
      "walks", "walks", \.walks,
      "Table walks that completed after a miss in every TLB level; retries excluded."),
    CounterColumn(
      "walk_references_guest", "references", \.walkReferencesGuest,
      "Guest-table entries (native: table entries) read by completing walks."),
    CounterColumn(
      "walk_references_host", "references", \.walkReferencesHost,
      "Entries of the real map table (second stage) read by completing walks."),
    CounterColumn(
      "walk_references_shadow", "references", \.walkReferencesShadow,
      "Shadow-table entries read by completing walks."),
    CounterColumn(
      "walk_references_faulting", "references", \.walkReferencesFaulting,
      "Entries of any table read by walks that a fault aborted; not in walk_references."),
    CounterColumn(
      "dirty_walks", "walks", \.dirtyWalks,
      "Walks on a write through an entry whose dirty bit is clear, to set it; where tlb.dirty is since-fill, on the first "
        + "write since a first-level entry was filled. Not in walks."
    ),
    CounterColumn(
      "dirty_walk_references", "references", \.dirtyWalkReferences,
      "Entries read by dirty walks; not in walk_references."),
    CounterColumn(
      "guest_walk_cache_hits", "hits", \.guestWalkCacheHits,
      "Walks that began below the root thanks to the walk cache of the guest, native or shadow table."),
    CounterColumn(
      "host_walk_cache_hits", "hits", \.hostWalkCacheHits,
      "Walks of the real map table that began below its root thanks to its walk cache."),
    CounterColumn(
      "nested_tlb_hits", "hits", \.nestedTLBHits, "Real pages found in the nested TLB during walks."),
    CounterColumn(
      "nested_tlb_misses", "misses", \.nestedTLBMisses, "Real pages not found in the nested TLB during walks."
    ),
  ]

  private static let exits: [CounterColumn] = [
    CounterColumn(
      "exits_table_store_leaf", "exits", \.exitsTableStoreLeaf,
      "VM exits on guest stores to leaf table entries."),
    CounterColumn(
      "exits_table_store_nonleaf", "exits", \.exitsTableStoreNonleaf,
      "VM exits on guest stores to table entries above the leaf."),
    CounterColumn(
      "exits_hidden_fault", "exits", \.exitsHiddenFault,
      "VM exits on translations that the guest's tables allow and the hypervisor's lack."),
    CounterColumn(
      "exits_dirty_fault", "exits", \.exitsDirtyFault,
      "VM exits on first writes that must set a dirty bit in the guest's table."),
    CounterColumn(
      "exits_true_fault", "exits", \.exitsTrueFault,
      "VM exits on faults of the guest's own, passed on to the guest."),
    CounterColumn(
      "exits_invalidate_page", "exits", \.exitsInvalidatePage, "VM exits on the guest's INVLPG and INVPCID."),
    CounterColumn(
      "exits_address_space_switch", "exits", \.exitsAddressSpaceSwitch,
      "VM exits on the guest's loads of CR3, and of CR4 where they empty the TLBs."),
    CounterColumn(
      "exits_second_stage_fault", "exits", \.exitsSecondStageFault,
      "VM exits on real pages without an entry in the real map table."),
  ]

  private static let faultKinds: [CounterColumn] = [
    CounterColumn(
      "faults_not_present", "faults", \.faultsNotPresent,
      "True faults on entries absent from the guest's tables."),
    CounterColumn(
      "faults_protection", "faults", \.faultsProtection,
      "True faults on permissions that the guest's tables deny."),
    CounterColumn(
      "faults_hidden", "faults", \.faultsHidden,
      "Faults that the hypervisor repairs unseen by the guest; dirty faults included."),
    CounterColumn(
      "faults_second_stage", "faults", \.faultsSecondStage,
      "Faults on real pages without an entry in the real map table."),
  ]

  private static let guestWork: [CounterColumn] = [
    CounterColumn(
      "table_stores", "stores", \.tableStores, "Guest stores to page-table pages, trapped or not."),
    CounterColumn(
      "page_invalidations", "events", \.pageInvalidations, "Single-page invalidations by the guest."),
    CounterColumn(
      "address_space_switches", "events", \.addressSpaceSwitches,
      "Loads of the guest's CR3, same value included."),
    CounterColumn(
      "vm_switches", "events", \.vmSwitches,
      "Switches of a processor from one VM to another."),
    CounterColumn(
      "tlb_flushes", "events", \.tlbFlushes,
      "Flushes of a whole context from the TLBs, whoever asked for them."),
  ]

  private static let hypervisorWork: [CounterColumn] = [
    CounterColumn(
      "shadow_entries_composed", "entries", \.shadowEntriesComposed, "Shadow-table entries made or remade."),
    CounterColumn(
      "shadow_entries_zapped", "entries", \.shadowEntriesZapped, "Shadow-table entries cleared or narrowed."),
    CounterColumn(
      "real_map_entries_established", "entries", \.realMapEntriesEstablished,
      "Entries of the real map table made on demand, in the course of the replay."),
    CounterColumn(
      "pages_backed", "pages", \.pagesBacked,
      "Host pages allocated to back real memory on demand, in the course of the replay."),
  ]
}
