import Addressing
import PageTables

/// A page that a process holds: mapped, or kept without permission (`mprotect` with none).
struct HeldLeaf {
  var node: PageTable<Virtual, Real>.Node
  var index: Int
  var level: Int
  var entry: PageTableEntry
  var start: VirtualAddress

  var size: PageSize { PageSize(leafLevel: level) ?? .size4K }
  var frame: RealAddress { entry.page(size, in: Real.self) }
  /// The numbers of its 4 KiB pages.
  var pages: Range<UInt64> { start.pageNumber..<start.pageNumber + size.basePages }
}

// Entries found, stored and split. Every change of a table that a walk can reach is reported here.
extension GuestModel {
  mutating func emit(_ event: Event) { output.append(GuestEvent(runIndex: runIndex, event: event)) }

  mutating func store(_ node: PageTable<Virtual, Real>.Node, _ index: Int, _ entry: PageTableEntry) {
    var entry = entry
    entry.flags.remove(.touched)
    table.setEntry(node, index, entry)
    emit(.tableStore(table.entryAddress(node, index), width: 8, value: entry.rawValue))
  }

  func isZeroPage(_ entry: PageTableEntry) -> Bool {
    entry.address(in: Real.self) == zeroFrame
  }

  /// The table at `level` on the way to `address`, making those that are missing, each with one store.
  mutating func descend(
    _ root: PageTable<Virtual, Real>.Node, _ address: VirtualAddress, to level: Int
  ) throws(GuestError) -> PageTable<Virtual, Real>.Node {
    var node = root
    while table.level(of: node) > level {
      let index = table.index(address, level: table.level(of: node))
      var child = table.child(node, index)
      if child < 0 {
        let frame = try frames.allocate(.size4K)
        child = table.makeNode(level: table.level(of: node) - 1, at: frame)
        table.link(child, under: node, index)
        store(node, index, PageTableEntry(frame, .table))
      }
      node = child
    }
    return node
  }

  /// The first page held at or after page number `first` and before `end`.
  func nextLeaf(
    of root: PageTable<Virtual, Real>.Node, from first: UInt64, before end: UInt64
  ) -> HeldLeaf? {
    var page = first
    while page < end {
      let address = VirtualAddress(page << 12)
      let walk = table.walk(root: root, address)
      let span = TableShape.span(ofEntryAt: walk.level)
      if walk.entry.rawValue != 0, walk.entry.isLeaf(atLevel: walk.level) {
        return HeldLeaf(
          node: walk.node, index: walk.index, level: walk.level, entry: walk.entry,
          start: VirtualAddress(address.rawValue & ~(span - 1)))
      }
      page = (page | ((span >> 12) - 1)) + 1
    }
    return nil
  }

  /// Visits every page that a process holds, in order. The visitor may change the leaf's own entry.
  mutating func forEachLeaf(
    of root: PageTable<Virtual, Real>.Node,
    _ visit: (inout GuestModel, HeldLeaf) throws(GuestError) -> Void
  ) throws(GuestError) {
    for half in halves {
      var page = half.lowerBound
      while let leaf = nextLeaf(of: root, from: page, before: half.upperBound) {
        try visit(&self, leaf)
        page = leaf.pages.upperBound
      }
    }
  }

  /// Visits every page held in `pages`, in order. A large page that reaches out of the range is split first, or
  /// passed over.
  mutating func forEachLeaf(
    in pages: Range<UInt64>, splitting: Bool,
    _ visit: (inout GuestModel, HeldLeaf) throws(GuestError) -> Void
  ) throws(GuestError) {
    let root = running.root
    var page = pages.lowerBound
    while let leaf = nextLeaf(of: root, from: page, before: pages.upperBound) {
      if leaf.pages.clamped(to: pages) == leaf.pages {
        try visit(&self, leaf)
      } else if splitting {
        try split(leaf)
        continue
      }
      page = leaf.pages.upperBound
    }
  }

  /// Invalidates what changed in `pages` of the running process.
  mutating func perform(_ flush: PendingFlush, _ pages: Range<UInt64>) {
    guard flush.changes > 0 else { return }
    running.regions.forget(pages)
    if flush.pages > flush.limit { return loadRoot(keepingTLB: false) }
    for address in flush.addresses { emit(.invalidatePage(address)) }
  }

  /// The page numbers that tables can translate: the lower and the upper half of the address space.
  var halves: [Range<UInt64>] {
    let half = UInt64(1) << UInt64(table.shape.addressBits - 13)
    return [0..<half, (1 << 52) - half..<1 << 52]
  }

  /// Replaces a large leaf by a table of smaller ones over the same frame: the table is filled before it is linked.
  mutating func split(_ leaf: HeldLeaf) throws(GuestError) {
    let frame = try frames.allocate(.size4K)
    let node = table.makeNode(level: leaf.level - 1, at: frame)
    let flags = leaf.level == 2 ? leaf.entry.flags.subtracting(.large) : leaf.entry.flags
    running.regions.forget(leaf.pages)
    for part in 0..<512 {
      let page = leaf.frame.advanced(by: UInt64(part) * TableShape.span(ofEntryAt: leaf.level - 1))
      table.setEntry(node, part, PageTableEntry(page, flags))
    }
    frames.split(leaf.frame, leaf.size)
    emit(
      .tableLinked(
        frame, level: UInt8(leaf.level - 1), entries: table.tableEntries(of: node), storesBefore: 512))
    table.link(node, under: leaf.node, leaf.index)
    store(leaf.node, leaf.index, PageTableEntry(frame, .table))
    if leaf.entry.isPresent { emit(.invalidatePage(leaf.start)) }
  }

  /// Unlinks and frees the tables on the way to `pages` that hold nothing, from the lowest up.
  mutating func freeEmptyTables(of root: PageTable<Virtual, Real>.Node, _ pages: Range<UInt64>) {
    var page = pages.lowerBound
    while page < pages.upperBound {
      let address = VirtualAddress(page << 12)
      let walk = table.walk(root: root, address)
      let leafTable = TableShape.span(ofEntryAt: max(walk.level, 2))
      freeEmptyTables(of: root, upFrom: walk.node, address)
      page = (page | ((leafTable >> 12) - 1)) + 1
    }
  }

  private mutating func freeEmptyTables(
    of root: PageTable<Virtual, Real>.Node, upFrom lowest: PageTable<Virtual, Real>.Node,
    _ address: VirtualAddress
  ) {
    var node = lowest
    while node != root, isEmpty(node) {
      let parent = table.walk(root: root, address, downTo: table.level(of: node) + 1)
      let frame = table.address(of: node)
      table.unlink(under: parent.node, parent.index)
      store(parent.node, parent.index, .empty)
      emit(.tableUnlinked(frame))
      table.removeNode(node)
      frames.release(frame, .size4K)
      node = parent.node
    }
  }

  /// Whether a table holds nothing, not even pages without permission.
  private func isEmpty(_ node: PageTable<Virtual, Real>.Node) -> Bool {
    table.presentCount(node) == 0 && (0..<512).allSatisfy { table.entry(node, $0).rawValue == 0 }
  }
}
