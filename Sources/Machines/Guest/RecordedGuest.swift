public import Addressing
public import PageTables

/// The guest of a trace of a whole system, whose own events drive everything (semantics rule 26): they are passed on as
/// they were recorded, and its tables follow them, so that events that do not belong together are found where they
/// stand.
///
/// - Control registers decide how tables are read: paging and write protection (CR0), PAE (CR4) and long mode (EFER) must
///   be on, CR4.LA57 must go with the machine's `guest.levels` (Intel SDM volume 3, section 4.1). A write to CR4 is passed
///   on where it empties the TLBs.
/// - What the owners of accesses say switches nothing: loads of CR3 do. They tell whose the memory is that is touched;
///   the upper half, the kernel's, is everyone's.
public struct RecordedGuest: GuestSystem {
  public private(set) var statistics = GuestStatistics()
  /// The tables as they are now.
  public private(set) var tables: GuestTables
  /// What CR3 holds, without flags; nil before the first load, and where that root was given up.
  public private(set) var root: RealAddress?

  /// The pages touched of the lower half, by root, and of the upper.
  private var touched: [RealAddress: TouchedPages] = [:]
  private var touchedByAll = TouchedPages()
  private var controls = PagingControls()

  public init(_ machine: Machine) {
    do { tables = GuestTables(try TableShape(levels: machine.guest.levels)) } catch {
      preconditionFailure("a machine's levels are validated: \(error)")
    }
  }

  public mutating func restart(_ machine: Machine, vm: Int) { self = RecordedGuest(machine) }

  public mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, into guestEvents: inout [GuestEvent]
  ) throws(GuestError) {
    for index in events {
      let event = block.events[index].event
      guard try apply(event) else { continue }
      guestEvents.append(GuestEvent(runIndex: runs.lowerBound, event: event))
    }
    if !runs.isEmpty { try touch(block.runs, runs) }
  }

  /// Follows an event; whether strategies are to see it.
  public mutating func apply(_ event: Event) throws(GuestError) -> Bool {
    switch event {
    case .tableStore(let address, let width, let value):
      try following { tables throws(TableError) in
        _ = try tables.store(address, width: width, value: value)
      }
    case .tableLinked(let frame, let level, let entries, _):
      try following { tables throws(TableError) in
        try tables.link(frame, level: Int(level), entries: entries)
      }
    case .tableUnlinked(let frame): tables.unlink(frame)
    case .rootRetired(let frame): retire(frame)
    case .controlRegister(.cr3, let value): try load(RealAddress(value & PageTableEntry.frameMask))
    case .controlRegister(let register, let value):
      return try controls.set(register, to: value, levels: tables.table.levels)
    case .invalidatePage: break
    case .pageFault(let address, _, _, _):
      guard root != nil else { throw .noAddressSpace(address) }
    case .invalidateContext, .gap: throw .unsupportedEvent(event)
    default: return false
    }
    return true
  }

  /// Where the running address space has the page of an address.
  public func walk(_ address: VirtualAddress) -> TableWalk? {
    guard let root, let node = tables.root(at: root) else { return nil }
    return tables.walk(root: node, address)
  }

  private mutating func following(
    _ change: (inout GuestTables) throws(TableError) -> Void
  ) throws(GuestError) {
    do { try change(&tables) } catch { throw .table(error) }
  }

  private mutating func load(_ root: RealAddress) throws(GuestError) {
    if tables.root(at: root) == nil {
      try following { tables throws(TableError) in
        try tables.link(root, level: tables.table.levels, entries: [])
      }
    }
    self.root = root
  }

  private mutating func retire(_ frame: RealAddress) {
    tables.retire(frame)
    touched[frame] = nil
    if root == frame { root = nil }
  }

  private mutating func touch(_ runs: [PageRun], _ range: Range<Int>) throws(GuestError) {
    guard let root else { throw .noAddressSpace(VirtualAddress(runs[range.lowerBound].page << 12)) }
    var pages = touched.removeValue(forKey: root) ?? TouchedPages()
    for index in range {
      let page = runs[index].page
      let isNew = page >> 51 == 1 ? touchedByAll.insert(page).isNew : pages.insert(page).isNew
      guard isNew else { continue }
      statistics.touchedPages += 1
      if let size = walk(VirtualAddress(page << 12))?.size, size > .size4K {
        statistics.touchedPagesInLarge += 1
      }
    }
    touched[root] = pages
  }
}
