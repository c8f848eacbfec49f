import Addressing
import PageTables

// What programs ask of the kernel.
extension GuestModel {
  /// Applies a program event. Guest events, phases and gaps are not this model's.
  mutating func apply(_ event: Event, by addressSpace: UInt32?) throws(GuestError) {
    if case .exit = event, placeOfProcess[addressSpace] == nil { return }
    switch event {
    case .map, .unmap, .protect, .remap, .programBreak, .advise, .clone(_, sharesMemory: false),
      .exit(wholeProcess: true):
      try run(addressSpace)
    default:
      return
    }
    switch event {
    case .map(let address, let length, let protection, let kind):
      try map(try pages(address, length), protection, kind)
    case .unmap(let address, let length):
      try unmap(try pages(address, length))
    case .protect(let address, let length, let protection):
      try protect(try pages(address, length), protection)
    case .remap(let old, let oldLength, let new, let newLength):
      try move(try pages(old, oldLength), to: try pages(new, newLength))
    case .programBreak(let end):
      if end.rawValue > 0 { try setProgramBreak(try pages(VirtualAddress(0), end.rawValue).upperBound) }
    case .advise(let address, let length, let advice):
      try advise(try pages(address, length), advice)
    case .clone(let child, _):
      try fork(child: child)
    case .exit:
      try retire(current)
    default:
      break
    }
  }

  /// The numbers of the pages that a range of bytes touches.
  private func pages(_ address: VirtualAddress, _ length: UInt64) throws(GuestError) -> Range<UInt64> {
    let (sum, overflow) = address.rawValue.addingReportingOverflow(length)
    let (end, endOverflow) = sum.addingReportingOverflow(4095)
    guard !overflow, !endOverflow else { throw .malformedRange(address, length: length) }
    guard length > 0 else { return address.pageNumber..<address.pageNumber }
    let last = VirtualAddress(sum - 1)
    guard table.shape.covers(address), table.shape.covers(last), (address.rawValue ^ last.rawValue) >> 63 == 0
    else {
      throw .malformedRange(address, length: length)
    }
    return address.pageNumber..<end >> 12
  }

  /// Maps an area, lazily. What the process had there goes.
  private mutating func map(
    _ pages: Range<UInt64>, _ protection: Protection, _ kind: MappingKind
  ) throws(GuestError) {
    try unmap(pages)
    running.areas.insert(Area(pages: pages, protection: protection, kind: kind))
  }

  /// Unmaps a range. A large page that reaches in from outside is split where an event mapped the part; where none
  /// did, only if `splittingGaps`.
  mutating func unmap(_ pages: Range<UInt64>, splittingGaps: Bool = false) throws(GuestError) {
    guard !pages.isEmpty else { return }
    let pieces = running.areas.remove(pages)
    var flush = PendingFlush(limit: settings.invlpgLimit)
    for piece in pieces { try clear(piece.pages, splitting: true, &flush) }
    for gap in AreaMap.gaps(in: pages, between: pieces) { try clear(gap, splitting: splittingGaps, &flush) }
    if settings.clearsTables, flush.changes > 0 { freeEmptyTables(of: running.root, pages) }
    perform(flush, pages)
  }

  /// Clears the entries of the pages held in `pages`, each with one store, and frees their frames.
  private mutating func clear(
    _ pages: Range<UInt64>, splitting: Bool, _ flush: inout PendingFlush
  ) throws(GuestError) {
    try forEachLeaf(in: pages, splitting: splitting) { (model, leaf) throws(GuestError) in
      model.store(leaf.node, leaf.index, .empty)
      if !model.isZeroPage(leaf.entry) { model.frames.release(leaf.frame, leaf.size) }
      flush.add(leaf)
    }
  }

  private mutating func protect(_ pages: Range<UInt64>, _ protection: Protection) throws(GuestError) {
    guard !pages.isEmpty else { return }
    let pieces = running.areas.remove(pages)
    let gaps = AreaMap.gaps(in: pages, between: pieces).map { Area(pages: $0, protection: protection) }
    var flush = PendingFlush(limit: settings.invlpgLimit)
    for piece in (pieces + gaps).sorted(by: { $0.pages.lowerBound < $1.pages.lowerBound }) {
      var area = piece
      area.protection = protection
      running.areas.insert(area)
      guard piece.kind == nil || piece.protection != protection else { continue }
      try forEachLeaf(in: piece.pages, splitting: true) { (model, leaf) throws(GuestError) in
        let entry = model.entry(of: leaf, protectedAs: protection, in: area)
        if model.settings.protectStores > 1 { model.store(leaf.node, leaf.index, .empty) }
        model.store(leaf.node, leaf.index, entry)
        flush.add(leaf)
      }
    }
    perform(flush, pages)
  }

  /// The entry of a page after its protection changed. A page that must be copied first stays read-only.
  private func entry(
    of leaf: HeldLeaf, protectedAs protection: Protection, in area: Area
  ) -> PageTableEntry {
    var entry = leaf.entry
    entry.flags.remove([.present, .writable, .noExecute])
    if !protection.isEmpty { entry.flags.insert(.present) }
    if protection.contains(.write), isWritableInPlace(leaf, area) { entry.flags.insert(.writable) }
    if !protection.contains(.execute) { entry.flags.insert(.noExecute) }
    return entry
  }

  private mutating func setProgramBreak(_ end: UInt64) throws(GuestError) {
    let heap = running.heap ?? end..<end
    let start = min(heap.lowerBound, end)
    if end < heap.upperBound { try unmap(max(end, heap.lowerBound)..<heap.upperBound) }
    if end > heap.upperBound {
      let area = Area(pages: heap.upperBound..<end, protection: [.read, .write], kind: .anonymous)
      _ = running.areas.remove(area.pages)
      running.areas.insert(area)
    }
    running.heap = start..<end
  }

  /// Discarded pages are unmapped and their tables stay; freeing is lazy and changes nothing here.
  private mutating func advise(_ pages: Range<UInt64>, _ advice: Advice) throws(GuestError) {
    guard !pages.isEmpty else { return }
    switch advice {
    case .discard:
      var flush = PendingFlush(limit: settings.invlpgLimit)
      try clear(pages, splitting: true, &flush)
      perform(flush, pages)
    case .free:
      break
    case .hugePages, .noHugePages:
      for piece in running.areas.remove(pages) {
        var area = piece
        area.wantsLargePages = advice == .hugePages
        running.areas.insert(area)
      }
    }
  }
}
