import Addressing
import PageTables

/// A radix table that hardware may walk: the guest's own, or a hypervisor's. Walkers take it `inout`, which they only
/// read, since a table passed by borrowing was copied for every walk (a fifth of the time of a TLB-hostile replay).
protocol WalkableTable {
  associatedtype Output: AddressSpace
  var levels: Int { get }
  func index(_ input: VirtualAddress, level: Int) -> Int
  func entry(_ node: Int32, _ index: Int) -> PageTableEntry
  func child(_ node: Int32, _ index: Int) -> Int32
}

extension PageTable: WalkableTable where Input == Virtual {}

extension GuestTables: WalkableTable {
  typealias Output = Real
  var levels: Int { table.levels }
  func index(_ input: VirtualAddress, level: Int) -> Int { table.index(input, level: level) }
  func entry(_ node: Int32, _ index: Int) -> PageTableEntry { table.entry(node, index) }
  func child(_ node: Int32, _ index: Int) -> Int32 { table.child(node, index) }
}
