public import Addressing

/// One 8-byte store to a page table, as its owner makes it: where, and the entry before and after.
@frozen public struct TableStore<Output: AddressSpace>: Hashable, Sendable {
  /// The address of the entry.
  public var address: Address<Output>
  /// The level of the table that holds it; the leaf level is 1.
  public var level: Int
  public var old: PageTableEntry
  public var new: PageTableEntry

  @inlinable public init(address: Address<Output>, level: Int, old: PageTableEntry, new: PageTableEntry) {
    self.address = address
    self.level = level
    self.old = old
    self.new = new
  }
}
