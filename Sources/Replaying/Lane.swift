import Addressing
import Machines
import PageTables
import Results
import Strategies
import TranslationCaches

/// One strategy on one machine, being replayed, behind a first level of TLBs: the second level, the strategy, and its own
/// copy of the guests and of the hypervisor. Lanes share nothing but, maybe, a first level, so they run side by side.
struct Lane: Sendable {
  private(set) var platform: Platform
  private(set) var strategy: any TranslationStrategy
  private var tlb: SecondLevel
  private var effects = Effects()
  /// By slot of the first level, this lane's entry there.
  private(set) var entries: [TLBEntry]
  private let isFirstLevelSplit: Bool
  private let flushesOnSwitch: Bool
  private let usesContextIdentifiers: Bool
  private let trustsDirtyBits: Bool
  /// The trace whose virtual machine runs.
  private var source = 0
  /// The counts of each trace; those of ``source`` are in `effects` while it runs.
  private var tallies: [Tally]
  /// The state at each mark of each trace.
  private var marks: [[Mark]]
  /// What the first level is to drop, in order; whoever drops it empties the list.
  var invalidations: [Invalidation] = []

  /// What a lane holds at a mark.
  struct Mark: Sendable {
    var tally: Tally
    var guestTableBytes: UInt64
    var tables: StrategyTableBytes
  }

  /// - Parameter firstLevelSlots: A number that no slot of the first level reaches.
  init(
    _ machine: Machine, _ strategy: any TranslationStrategy, sources: Int, firstLevelSlots: Int
  ) throws(ReplayError) {
    do throws(TranslationError) { platform = try Platform(machine) } catch {
      throw .translation(error, strategy: type(of: strategy).name)
    }
    do { tlb = try SecondLevel(machine) } catch { throw .cache(error) }
    self.strategy = strategy
    entries = Array(repeating: TLBEntry(payload: 0), count: firstLevelSlots)
    isFirstLevelSplit = machine.firstLevelSharing == .split
    flushesOnSwitch = machine.vm.switchFlush == .all || !machine.vpid
    usesContextIdentifiers = machine.pcid
    trustsDirtyBits = machine.dirtyTracking == .cached
    tallies = Array(repeating: Tally(), count: sources)
    marks = Array(repeating: [], count: sources)
  }

  /// The name of the strategy.
  var strategyName: String { type(of: strategy).name }

  /// The marks of one trace so far.
  func marks(of source: Int) -> [Mark] { marks[source] }

  /// Notes the entry that a slot of the first level holds from now on.
  mutating func note(_ entry: TLBEntry, in slot: Int) { entries[slot] = entry }

  /// The entry for a run whose page the first level does not hold.
  mutating func resolve(_ run: PageRun) throws(TranslationError) -> TLBEntry {
    effects.tally.isFirstTouch = false
    if let held = tlb.lookup(run, context: platform.context) {
      countFirstLevelMiss(run)
      return held.allows(run) ? held : try upgrade(run)
    }
    return try walk(run)
  }

  /// A miss in every level: the strategy walks.
  private mutating func walk(_ run: PageRun) throws(TranslationError) -> TLBEntry {
    effects.tally.isFirstTouch = platform.noteTouch(of: run.address)
    let translation = try strategy.translate(TranslationRequest(run), on: &platform, &effects)
    countFirstLevelMiss(run)
    effects.tally.current.l2Misses &+= 1
    applyInvalidations()
    let entry = TLBEntry(translation, writing: run.isWrite, trustsDirtyBits: trustsDirtyBits)
    tlb.fill(run, entry, context: platform.context)
    return entry
  }

  /// An entry is there but does not let the access pass: the walk that sets the dirty bit or repairs what only the
  /// hypervisor forbids (rule 7). The second level is not touched.
  mutating func upgrade(_ run: PageRun) throws(TranslationError) -> TLBEntry {
    effects.tally.isFirstTouch = false
    let translation = try strategy.translate(
      TranslationRequest(run, isUpgrade: true), on: &platform, &effects)
    applyInvalidations()
    return TLBEntry(translation, writing: run.isWrite, trustsDirtyBits: trustsDirtyBits)
  }

  private mutating func countFirstLevelMiss(_ run: PageRun) {
    if run.isFetch, isFirstLevelSplit {
      effects.tally.current.l1iMisses &+= 1
    } else {
      effects.tally.current.l1dMisses &+= 1
    }
    effects.tally.current.l2Lookups &+= 1
  }

  /// Drops from the second level what the strategy requires, and leaves it to be dropped from the first.
  private mutating func applyInvalidations() {
    guard !effects.invalidations.isEmpty else { return }
    for invalidation in effects.invalidations {
      tlb.apply(invalidation)
      if invalidation.isFlush { effects.tally.current.tlbFlushes &+= 1 }
    }
    invalidations.append(contentsOf: effects.invalidations)
    effects.invalidations.removeAll(keepingCapacity: true)
  }
}

// What stands between runs.
extension Lane {
  /// Does what stands between runs.
  @inline(never)
  mutating func take(
    _ action: LaneStep.Action, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    effects.tally.isFirstTouch = false
    switch action {
    case .guest(let event):
      observer.apply(event, on: platform)
      try apply(event)
    case .run(let vm, let source):
      try run(vm: vm, source: source)
    case .mark(let source):
      let tally = source == self.source ? effects.tally : tallies[source]
      let guestBytes = platform.guests.reduce(0) { $0 + $1.bytes }
      marks[source].append(Mark(tally: tally, guestTableBytes: guestBytes, tables: strategy.tableBytes))
    case .restart(let vm):
      observer.restart(vm: vm)
      try restart(vm: vm)
    }
    applyInvalidations()
  }

  /// Lets another virtual machine run; the switch is counted for the one that comes.
  private mutating func run(vm: Int, source: Int) throws(TranslationError) {
    let isFirst = platform.guests.isEmpty
    tallies[self.source] = effects.tally
    self.source = source
    effects.tally = tallies[source]
    effects.tally.isFirstTouch = false
    try platform.run(vm: vm)
    guard !isFirst else { return }
    effects.tally.current.vmSwitches &+= 1
    if flushesOnSwitch {
      strategy.invalidateWalkCaches()
      effects.invalidations.append(.all)
    }
  }

  /// Ends every address space of a virtual machine; its real memory stays backed.
  private mutating func restart(vm: Int) throws(TranslationError) {
    let running = platform.vm
    try platform.run(vm: vm)
    for root in platform.knownRoots { retire(root) }
    platform.restartMachine()
    try platform.run(vm: running)
  }

  /// Follows a guest event.
  private mutating func apply(_ event: Event) throws(TranslationError) {
    switch event {
    case .tableStore(let address, let width, let value):
      try store(value, width: width, to: address)
    case .tableLinked(let frame, let level, let entries, _):
      do { try platform.guests[platform.vm].link(frame, level: Int(level), entries: entries) } catch {
        throw .table(error)
      }
      try strategy.didLinkTable(at: frame, on: &platform, &effects)
    case .pageFault(let address, let errorCode, _, _):
      try fault(address, errorCode: errorCode ?? 0)
    case .invalidatePage(let address):
      effects.tally.current.pageInvalidations &+= 1
      strategy.invalidatePage(address, on: &platform, &effects)
    case .controlRegister(.cr3, let value):
      try loadRoot(value)
    case .rootRetired(let root):
      retire(root)
    case .tableUnlinked(let frame):
      platform.guests[platform.vm].unlink(frame)
    default:
      throw .unsupportedEvent(event)
    }
  }

  private mutating func store(_ value: UInt64, width: UInt8, to address: RealAddress) throws(TranslationError)
  {
    try strategy.willStore(to: address, on: &platform, &effects)
    let change: TableChange?
    do { change = try platform.guests[platform.vm].store(address, width: width, value: value) } catch {
      throw .table(error)
    }
    effects.tally.isFirstTouch =
      change.map { $0.madePresent && !platform.guests[platform.vm].isTouched($0.node, $0.index) } ?? false
    effects.tally.current.tableStores &+= 1
    guard let change else { return }
    try strategy.didStore(change, on: &platform, &effects)
    if change.madeChild {
      let table = platform.guests[platform.vm].table.address(of: change.linkedChild)
      try strategy.didLinkTable(at: table, on: &platform, &effects)
    }
  }

  /// A true page fault: the walk before the next access is aborted. The error code is x86's (SDM 4.7): bit 0 a
  /// permission was missing, bit 1 a write, bit 4 a fetch.
  private mutating func fault(_ address: VirtualAddress, errorCode: UInt32) throws(TranslationError) {
    let (isPresent, isWrite, isFetch) = (errorCode & 1 != 0, errorCode & 2 != 0, errorCode & 16 != 0)
    effects.tally.isFirstTouch = !isPresent
    if isPresent {
      effects.tally.current.faultsProtection &+= 1
      effects.invalidations.append(.page(context: platform.context, address))
      applyInvalidations()
    } else {
      effects.tally.current.faultsNotPresent &+= 1
      platform.forgetTouch(of: address)
    }
    let request = TranslationRequest(
      address.alignedDown(to: .size4K), isWrite: isWrite, isFetch: isFetch)
    try strategy.fault(request, on: &platform, &effects)
  }

  private mutating func loadRoot(_ value: UInt64) throws(TranslationError) {
    effects.tally.current.addressSpaceSwitches &+= 1
    let previous = platform.context
    // Without a root, `previous` is another virtual machine's, or that of an address space that ended.
    let leavesRoot = platform.root >= 0
    try platform.enter(RealAddress(value & PageTableEntry.frameMask))
    let keepsEntries = usesContextIdentifiers && value >> 63 == 1
    strategy.switchAddressSpace(
      from: previous, flushes: leavesRoot && !keepsEntries, on: &platform, &effects)
  }

  private mutating func retire(_ root: RealAddress) {
    if let context = platform.context(of: root) { strategy.retire(context, on: &platform, &effects) }
    applyInvalidations()
    platform.retire(root)
  }
}

extension PageRun {
  /// The first byte of the page.
  var address: VirtualAddress { VirtualAddress(page << 12) }
}

extension TranslationRequest {
  init(_ run: PageRun, isUpgrade: Bool = false) {
    self.init(run.address, isWrite: run.isWrite, isFetch: run.isFetch, isUpgrade: isUpgrade)
  }
}
