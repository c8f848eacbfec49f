public import Addressing
import PageTables

/// The guest of a trace of a whole system, whose own events drive everything (semantics rule 26): they are passed on as
/// they were recorded, and its tables follow them, so that events that do not belong together are found where they
/// stand.
///
/// - Control registers decide how tables are read: paging and write protection (CR0), PAE (CR4) and long mode (EFER) must
///   be on, CR4.LA57 must go with the machine's `guest.levels` (Intel SDM volume 3, section 4.1). A write to CR4 is passed
///   on where it empties the TLBs or sets PCIDE, which the machine must have.
/// - What the owners of accesses say switches nothing: loads of CR3 do. They tell whose the memory is that is touched;
///   the upper half, the kernel's, is everyone's.
/// - Each virtual processor has its own control registers; the tables are the machine's.
/// - A root that is given up while a processor's CR3 holds it serves until none does, as its kernel half does.
public struct RecordedGuest: GuestSystem {
  public private(set) var statistics = GuestStatistics()
  private let machine: PagingControls.Abilities
  private var tables: GuestTables
  /// In the order in which they came.
  private var processors: [Processor] = []
  /// The one that runs.
  private var running = 0
  /// Roots that were given up while a processor's CR3 held them.
  private var leaving: [RealAddress] = []
  /// The pages touched of the lower half, by root, and of the upper.
  private var touched: [RealAddress: TouchedPages] = [:]
  private var touchedByAll = TouchedPages()

  /// Processors of one machine that a trace may have.
  private static let processorLimit = 256

  /// A virtual processor.
  private struct Processor: Sendable {
    /// As the trace numbers it; nil where it is unknown.
    var number: UInt32?
    var controls = PagingControls()

    /// The root table that CR3 holds; nil before the first load.
    var root: RealAddress? { controls.root }
  }

  /// - Parameters:
  ///   - levels: Of its tables, as a machine has them: 1 to 5.
  ///   - hasIdentifiers: Whether the machine has process-context identifiers.
  public init(levels: Int, hasIdentifiers: Bool) {
    machine = .init(levels: levels, hasIdentifiers: hasIdentifiers)
    do { tables = GuestTables(try TableShape(levels: levels)) } catch {
      preconditionFailure("a machine's levels are validated: \(error)")
    }
  }

  /// Of a machine with its levels and identifiers.
  public init(_ machine: Machine) {
    self.init(levels: machine.guest.levels, hasIdentifiers: machine.pcid)
  }

  public mutating func restart(_ machine: Machine, vm: Int) {
    let known = processors.map { Processor(number: $0.number) }
    self = RecordedGuest(machine)
    processors = known
  }

  public mutating func run(_ owner: Owner) throws(GuestError) -> Int {
    // One that is not named is the one that runs.
    if running < processors.count, owner.vcpu == nil || processors[running].number == owner.vcpu {
      return running
    }
    if let known = processors.firstIndex(where: { $0.number == owner.vcpu }) {
      running = known
    } else {
      guard processors.count < Self.processorLimit else {
        throw .tooManyProcessors(limit: Self.processorLimit)
      }
      running = processors.count
      processors.append(Processor(number: owner.vcpu))
    }
    return running
  }

  /// What the running processor's CR3 holds.
  private var root: RealAddress? { running < processors.count ? processors[running].root : nil }

  private func isLoaded(_ frame: RealAddress) -> Bool { processors.contains { $0.root == frame } }

  public mutating func advance(
    _ block: RunBlock, runs: Range<Int>, events: Range<Int>, into guestEvents: inout [GuestEvent]
  ) throws(GuestError) {
    for index in events {
      try apply(block.events[index].event) { event in
        guestEvents.append(GuestEvent(runIndex: runs.lowerBound, event: event))
      }
    }
    if !runs.isEmpty { try touch(block.runs, runs) }
  }

  /// Follows an event of the processor that ``run(_:)`` let run last, and passes on what strategies are to see, in their
  /// order.
  public mutating func apply(_ event: Event, passOn: (Event) -> Void = { _ in }) throws(GuestError) {
    switch event {
    case .tableStore(let address, let width, let value):
      try following { tables throws(TableError) in
        _ = try tables.store(address, width: width, value: value)
      }
    case .tableLinked(let frame, let level, let entries, _):
      guard level <= tables.table.levels || level > 5 else {
        throw .otherLevels(recorded: Int(level), machine: tables.table.levels)
      }
      leaving.removeAll { $0 == frame }
      try following { tables throws(TableError) in
        try tables.link(frame, level: Int(level), entries: entries)
      }
    case .tableUnlinked(let frame):
      // Nothing points to a root; unlinked, it is given up.
      if tables.root(at: frame) != nil { return try apply(.rootRetired(frame), passOn: passOn) }
      tables.unlink(frame)
    case .rootRetired(let frame) where isLoaded(frame):
      if !leaving.contains(frame) { leaving.append(frame) }
      return
    case .rootRetired(let frame): retire(frame)
    case .controlRegister(.cr3, let value):
      try load(value)
      passOn(event)
      return leave(passOn)
    case .controlRegister(let register, let value):
      guard try processors[running].controls.set(register, to: value, on: machine) else { return }
    case .invalidatePage: break
    case .invalidateContext(let type, let identifier, _):
      try processors[running].controls.checkInvalidation(type: type, identifier: identifier)
    case .pageFault(let address, _, _, _):
      guard root != nil else { throw .noAddressSpace(address) }
    default: return
    }
    passOn(event)
  }

  /// What the running address space maps an address to; nil is nothing.
  public func translate(_ address: VirtualAddress) -> RealAddress? {
    rootNode.flatMap { tables.table.translate(root: $0, address) }
  }

  private var rootNode: GuestTables.Node? { root.flatMap { tables.root(at: $0) } }

  private mutating func following(
    _ change: (inout GuestTables) throws(TableError) -> Void
  ) throws(GuestError) {
    do { try change(&tables) } catch { throw .table(error) }
  }

  private mutating func load(_ value: UInt64) throws(GuestError) {
    processors[running].controls.load(root: value)
    guard let root else { return }
    if tables.root(at: root) == nil {
      try following { tables throws(TableError) in
        try tables.link(root, level: tables.table.levels, entries: [])
      }
    }
    leaving.removeAll { $0 == root }
  }

  /// Gives the roots up that no CR3 holds any longer.
  private mutating func leave(_ passOn: (Event) -> Void) {
    for frame in leaving where !isLoaded(frame) {
      retire(frame)
      passOn(.rootRetired(frame))
    }
    leaving = leaving.filter(isLoaded)
  }

  private mutating func retire(_ frame: RealAddress) {
    tables.retire(frame)
    touched[frame] = nil
  }

  private mutating func touch(_ runs: [PageRun], _ range: Range<Int>) throws(GuestError) {
    guard let root else { throw .noAddressSpace(VirtualAddress(runs[range.lowerBound].page << 12)) }
    var pages = touched.removeValue(forKey: root) ?? TouchedPages()
    for index in range {
      let page = runs[index].page
      let isNew = page >> 51 == 1 ? touchedByAll.insert(page).isNew : pages.insert(page).isNew
      guard isNew else { continue }
      statistics.touchedPages += 1
      if let rootNode, let size = tables.walk(root: rootNode, VirtualAddress(page << 12)).size, size > .size4K
      {
        statistics.touchedPagesInLarge += 1
      }
    }
    touched[root] = pages
  }
}
