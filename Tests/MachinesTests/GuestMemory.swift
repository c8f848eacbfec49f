import Addressing
import Machines
import PageTables

/// What memory holds, seen through the page tables that a guest model's events build: the last value written to
/// each page, found at the frame that the tables name, never by the model's own knowledge.
struct GuestMemory {
  private(set) var tables: GuestTables
  private(set) var root: GuestTables.Node?
  /// The value in each 4 KiB frame of real memory; none is zero.
  private var contents: [UInt64: Int] = [:]
  /// The fault being handled: its page, and the leaf as it was.
  private var fault: (page: VirtualAddress, before: TableWalk)?

  init(levels: Int) throws { tables = GuestTables(try TableShape(levels: levels)) }

  /// Applies the events that stand before one run.
  mutating func apply(_ events: some Sequence<Event>) throws {
    for event in events {
      switch event {
      case .pageFault(let address, _, _, _):
        finishFault()
        if let root { fault = (address, tables.walk(root: root, address)) }
      case .tableLinked(let frame, let level, let entries, _):
        _ = try tables.link(frame, level: Int(level), entries: entries)
      case .tableStore(let address, let width, let value):
        guard try tables.store(address, width: width, value: value) != nil else { throw StoreOutsideTables() }
      case .tableUnlinked(let frame):
        tables.unlink(frame)
      case .rootRetired(let frame):
        tables.retire(frame)
      case .controlRegister(_, let value):
        root = tables.root(at: RealAddress(value & PageTableEntry.frameMask))
      default: break
      }
    }
    finishFault()
  }

  struct StoreOutsideTables: Error {}

  func leaf(_ page: UInt64) -> TableWalk? {
    root.map { tables.walk(root: $0, VirtualAddress(page << 12)) }
  }

  /// The 4 KiB frame that a page is mapped to.
  func frame(_ page: UInt64) -> RealAddress? {
    root.flatMap { tables.table.translate(root: $0, VirtualAddress(page << 12)) }
  }

  func value(_ page: UInt64) -> Int { frame(page).flatMap { contents[$0.pageNumber] } ?? 0 }

  mutating func write(_ value: Int, _ page: UInt64) {
    guard let frame = frame(page) else { return }
    contents[frame.pageNumber] = value
  }

  /// A kernel fills the frame that a fault brought: with zeros, or with what the page held before.
  private mutating func finishFault() {
    guard let fault, let root else { return }
    self.fault = nil
    let after = tables.walk(root: root, fault.page)
    guard let size = after.size else { return }
    let start = fault.page.alignedDown(to: size)
    let new = after.entry.page(size, in: Real.self)
    let held = fault.before.entry.rawValue != 0 && fault.before.entry.isLeaf(atLevel: fault.before.level)
    let oldSize = PageSize(leafLevel: fault.before.level) ?? .size4K
    let old = fault.before.entry.page(oldSize, in: Real.self).advanced(by: start.offset(in: oldSize))
    guard !held || old != new else { return }
    for part in 0..<size.basePages {
      contents[new.pageNumber + part] = held ? contents[old.pageNumber + part] : nil
    }
  }
}
