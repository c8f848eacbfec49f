public import Addressing

// What the guest's events do to its tables.
extension GuestTables {
  /// Makes `frame` a table at `level` (the leaf level is 1) with these entries, all others zero: a root at
  /// the highest level, else a table that some entry points to or will.
  ///
  /// A frame that is such a table already gets the contents told; what changes by it is returned, in order of
  /// position. Of a new table nothing is returned: no walk reached it.
  @discardableResult
  public mutating func link(
    _ frame: RealAddress, level: Int, entries: [TableEntry]
  ) throws(TableError) -> [TableChange] {
    let count = level == table.levels ? 1 << table.shape.rootIndexBits : 512
    let size = level == table.levels ? table.shape.rootSize : .size4K
    guard (1...table.levels).contains(level), frame.offset(in: size) == 0,
      entries.allSatisfy({ $0.index < count })
    else { throw .malformedTable(address: frame, level: level) }
    if let known = nodes[frame.pageNumber], table.level(of: known) == level {
      return try rewrite(known, entries: entries)
    }
    let node = try table(at: frame, level: level)
    for entry in entries {
      _ = try change(node, Int(entry.index), to: PageTableEntry(rawValue: entry.value))
    }
    return []
  }

  /// A store of 1, 2, 4 or 8 bytes within one entry. Returns what it did, which may be nothing; nil where no
  /// known table lies there.
  public mutating func store(
    _ address: RealAddress, width: UInt8, value: UInt64
  ) throws(TableError) -> TableChange? {
    guard let node = node(holding: address) else { return nil }
    let byte = address.rawValue & 7
    guard [1, 2, 4, 8].contains(width), byte + UInt64(width) <= 8 else {
      throw .malformedStore(address: address, width: width)
    }
    let index = Int((address.rawValue - table.address(of: node).rawValue) >> 3)
    let mask = (width == 8 ? UInt64.max : (1 << (UInt64(width) * 8)) - 1) << (byte * 8)
    let merged = table.entry(node, index).rawValue & ~mask | value << (byte * 8) & mask
    return try change(node, index, to: PageTableEntry(rawValue: merged))
  }

  /// The frame holds no table any longer. Entries that still point to it lead nowhere. Returns the tables
  /// that go.
  @discardableResult
  public mutating func unlink(_ frame: RealAddress) -> [RemovedTable] {
    guard let node = nodes[frame.pageNumber] else { return [] }
    var removed: [RemovedTable] = []
    let parents = parents(of: node)
    for parent in parents { cutLink(under: parent.node, Int(parent.index), removed: &removed) }
    if parents.isEmpty { removeTable(node, removed: &removed) }
    return removed
  }

  /// The address space of this root is gone. Returns the tables that go with it, the root first; those that
  /// other roots share stay.
  @discardableResult
  public mutating func retire(_ root: RealAddress) -> [RemovedTable] {
    guard let node = self.root(at: root) else { return [] }
    var removed: [RemovedTable] = []
    removeTable(node, removed: &removed)
    return removed
  }

  private mutating func rewrite(_ node: Node, entries: [TableEntry]) throws(TableError) -> [TableChange] {
    var values = [UInt64](repeating: 0, count: table.entryCount(node))
    for entry in entries { values[Int(entry.index)] = entry.value }
    var changes: [TableChange] = []
    for (index, value) in values.enumerated() where table.entry(node, index).rawValue != value {
      changes.append(try change(node, index, to: PageTableEntry(rawValue: value)))
    }
    return changes
  }

  /// The table at `frame`, made empty if there is none of this level. A lone table, that nothing points to
  /// and that points to no table, may begin a new life at another level; `writer` is the table being written.
  private mutating func table(
    at frame: RealAddress, level: Int, writer: Node = Table.none
  ) throws(TableError) -> Node {
    if let known = nodes[frame.pageNumber] {
      let knownLevel = table.level(of: known)
      if knownLevel == level { return known }
      guard known != writer, isLone(known) else {
        throw .conflictingLevels(frame: frame, known: knownLevel, wanted: level)
      }
      var removed: [RemovedTable] = []
      removeTable(known, removed: &removed)
    }
    return makeTable(frame, level: level)
  }

  private func isLone(_ node: Node) -> Bool {
    let level = table.level(of: node)
    guard level < table.levels, table.linkCount(node) == 0 else { return false }
    return level == 1 || !(0..<512).contains { table.child(node, $0) >= 0 }
  }

  /// Writes one entry and makes the links follow it.
  private mutating func change(
    _ node: Node, _ index: Int, to new: PageTableEntry
  ) throws(TableError) -> TableChange {
    let level = table.level(of: node)
    if level > 1 { leafTables.forgetAll() }
    let old = table.entry(node, index)
    var change = TableChange(node: node, level: level, index: index, old: old, new: new)
    let pointsToTable = new.isPresent && !new.isLeaf(atLevel: level)
    let moves = change.madePresent || change.cleared || change.changedFrame
    if moves && pointsToTable {
      let frame = new.address(in: Real.self)
      let isKnown = nodes[frame.pageNumber].map { table.level(of: $0) == level - 1 } ?? false
      let child = try table(at: frame, level: level - 1, writer: node)
      cutLink(under: node, index, removed: &change.removedTables)
      addLink(child, under: node, index)
      change.linkedChild = child
      change.madeChild = !isKnown
    } else if moves {
      cutLink(under: node, index, removed: &change.removedTables)
    }
    table.setEntry(node, index, new)
    return change
  }
}
