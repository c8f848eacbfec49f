import Addressing
import PageTables
import Results
import Strategies

// What a guest did, between runs.
extension Lane {
  /// Follows a guest event.
  mutating func apply(_ event: Event) throws(TranslationError) {
    switch event {
    case .tableStore(let address, let width, let value):
      try store(value, width: width, to: address)
    case .tableLinked(let frame, let level, let entries, _):
      try link(frame, level: Int(level), entries: entries)
    case .pageFault(let address, let errorCode, _, _):
      try fault(address, errorCode: errorCode ?? 0)
    case .invalidatePage(let address):
      effects.tally.current.pageInvalidations &+= 1
      strategy.invalidate(.page(context: platform.context, address), on: &platform, &effects)
    case .invalidateContext(let type, let pcid, let address):
      if type == 0 { effects.tally.current.pageInvalidations &+= 1 }
      let dropped = platform.invalidation(type: type, identifier: pcid, address)
      strategy.invalidate(dropped, on: &platform, &effects)
    case .controlRegister(.cr3, let value):
      try loadRoot(value)
    case .controlRegister(.cr4, let value):
      try load(PagingExtensions(rawValue: value))
    case .rootRetired(let root):
      retire(root)
    case .tableUnlinked(let frame):
      platform.guests[platform.vm].unlink(frame)
    default:
      throw .unsupportedEvent(event)
    }
  }

  /// A page becomes a table. Should it be one that walks reach already, what differs was stored to it unseen.
  private mutating func link(
    _ frame: RealAddress, level: Int, entries: [TableEntry]
  ) throws(TranslationError) {
    let changes: [TableChange]
    do { changes = try platform.guests[platform.vm].link(frame, level: level, entries: entries) } catch {
      throw .table(error)
    }
    try strategy.didLinkTable(at: frame, on: &platform, &effects)
    for change in changes {
      try dropElsewhere(change)
      try strategy.didStore(change, on: &platform, &effects)
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
    try dropElsewhere(change)
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
    } else {
      effects.tally.current.faultsNotPresent &+= 1
      platform.forgetTouch(of: address)
    }
    let request = TranslationRequest(
      address.alignedDown(to: .size4K), isWrite: isWrite, isFetch: isFetch)
    effects.letAllWalk()
    try strategy.fault(request, on: &platform, &effects)
  }

  private mutating func loadRoot(_ value: UInt64) throws(TranslationError) {
    effects.tally.current.addressSpaceSwitches &+= 1
    let flushed = try platform.load(root: value)
    strategy.switchAddressSpace(flushing: flushed, on: &platform, &effects)
  }

  private mutating func load(_ extensions: PagingExtensions) throws(TranslationError) {
    if platform.emptiesCaches(loading: extensions) {
      strategy.invalidateEverything(on: &platform, &effects)
    }
    try platform.load(extensions)
  }

  /// Ends an address space.
  mutating func retire(_ root: RealAddress) {
    strategy.retire(root, on: &platform, &effects)
    platform.retire(root)
  }
}
