/// The tags under which translations of the running address space are kept in TLBs.
struct RunningContexts: Hashable, Sendable {
  var own: UInt16
  /// That of global pages; nil where the guest has none.
  var global: UInt16?
}
