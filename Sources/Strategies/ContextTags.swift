/// The tags under which TLBs keep the translations of an address space on one virtual processor.
public struct ContextTags: Hashable, Sendable {
  public var own: UInt16
  /// That of global pages; nil where the guest has none.
  public var global: UInt16?

  public init(own: UInt16, global: UInt16?) {
    self.own = own
    self.global = global
  }
}
