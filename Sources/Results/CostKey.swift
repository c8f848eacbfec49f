/// An event that costs cycles. The raw value is its name in cost files.
///
/// One exit, and decoding and emulating one store, cost the same whichever strategy takes them; only the work
/// per entry differs (semantics rule 15).
public enum CostKey: String, CaseIterable, Sendable {
  case l2Hit = "l2_hit"
  case walkReference = "walk_reference"
  case walkCacheHit = "walk_cache_hit"
  case exit
  case tableStore = "table_store"
  case hiddenFault = "hidden_fault"
  case dirtyFault = "dirty_fault"
  case trueFault = "true_fault"
  case invalidatePage = "invalidate_page"
  case addressSpaceSwitch = "address_space_switch"
  case secondStageFault = "second_stage_fault"
  case shadowEntryComposed = "shadow_entry_composed"
  case shadowEntryZapped = "shadow_entry_zapped"
  case realMapEntryEstablished = "real_map_entry_established"
  case pageBacked = "page_backed"
  case vmSwitch = "vm_switch"
  case nativeFault = "native_fault"

  /// What is charged: one sentence.
  public var meaning: String {
    switch self {
    case .l2Hit: "One hit in the second-level TLB."
    case .walkReference: "One table entry read by any walk: completing, aborted or dirty."
    case .walkCacheHit: "One hit in a walk cache or in the nested TLB."
    case .exit: "One VM exit and the entry that follows it, whatever the reason."
    case .tableStore: "Decoding and emulating one trapped table store, beyond the exit."
    case .hiddenFault: "Finding the cause of one hidden fault, beyond the exit and the entries composed."
    case .dirtyFault: "Setting the guest's dirty bit on a trapped first write, beyond the exit."
    case .trueFault: "Finding one true fault and passing it on to the guest, beyond the exit."
    case .invalidatePage: "Emulating one page invalidation, beyond the exit."
    case .addressSpaceSwitch: "Emulating one CR3 load, beyond the exit."
    case .secondStageFault: "Resolving one second-stage fault, beyond the exit and the entry established."
    case .shadowEntryComposed: "Composing one shadow-table entry."
    case .shadowEntryZapped: "Clearing or narrowing one shadow-table entry."
    case .realMapEntryEstablished: "Establishing one entry of the real map table."
    case .pageBacked:
      "Allocating and zeroing one host page on demand, of 4K; larger ones take longer, and are priced alike."
    case .vmSwitch: "Switching a processor from one VM to another."
    case .nativeFault: "The guest kernel's handling of one true fault, without zeroing."
    }
  }

  /// The part of the translation cycles it counts towards.
  public var component: CycleComponent {
    switch self {
    case .l2Hit: .l2Hit
    case .walkReference, .walkCacheHit: .walk
    case .nativeFault: .fault
    default: .exit
    }
  }

  /// How often the event happened. In events; a Double, as products with costs are.
  public func quantity(in counters: Counters) -> Double {
    switch self {
    case .l2Hit: Double(counters.l2Lookups) - Double(counters.l2Misses)
    case .walkReference: Double(counters.allWalkReferences)
    case .walkCacheHit:
      Double(counters.guestWalkCacheHits + counters.hostWalkCacheHits + counters.nestedTLBHits)
    case .exit: Double(counters.vmExits)
    case .tableStore: Double(counters.exitsTableStoreLeaf + counters.exitsTableStoreNonleaf)
    case .hiddenFault: Double(counters.exitsHiddenFault)
    case .dirtyFault: Double(counters.exitsDirtyFault)
    case .trueFault: Double(counters.exitsTrueFault)
    case .invalidatePage: Double(counters.exitsInvalidatePage)
    case .addressSpaceSwitch: Double(counters.exitsAddressSpaceSwitch)
    case .secondStageFault: Double(counters.exitsSecondStageFault)
    case .shadowEntryComposed: Double(counters.shadowEntriesComposed)
    case .shadowEntryZapped: Double(counters.shadowEntriesZapped)
    case .realMapEntryEstablished: Double(counters.realMapEntriesEstablished)
    case .pageBacked: Double(counters.pagesBacked)
    case .vmSwitch: Double(counters.vmSwitches)
    case .nativeFault: Double(counters.trueFaults)
    }
  }
}

/// The parts of `translation_cycles` (semantics rule 19).
public enum CycleComponent: String, CaseIterable, Sendable {
  case l2Hit = "l2_hit_cycles"
  case walk = "walk_cycles"
  case exit = "exit_cycles"
  case fault = "fault_cycles"
}
