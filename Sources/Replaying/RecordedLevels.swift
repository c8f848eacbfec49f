import Addressing
public import Traces

/// The levels of the page tables of a recorded guest.
public enum RecordedLevels {
  /// As the first load of CR4 says that stands in a block, 4 where none does: bit 12 (LA57) means five levels (Intel SDM
  /// volume 3, section 4.1.1). A recording, and what follows lost records, begins with it.
  ///
  /// - Parameter vm: The virtual machine; nil is any.
  public static func levels(in block: RecordBlock, vm: UInt32? = nil) -> Int {
    for event in block.events where vm == nil || event.owner.vm == vm {
      guard case .controlRegister(.cr4, let value) = event.event else { continue }
      return PagingExtensions(rawValue: value).contains(.fiveLevels) ? 5 : 4
    }
    return 4
  }
}
