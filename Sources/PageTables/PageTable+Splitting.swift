public import Addressing

// Changes of many entries at once: large pages split, whole tables released.
extension PageTable {
  /// Replaces the large leaf at `index` of `node` by a table of 512 smaller leaves over the same bytes, with
  /// its flags.
  ///
  /// The new table is filled while nothing links to it, so no walk ever misses: `onLink` gets its address,
  /// level and contents, then `onStore` the one store that links it.
  /// - Returns: The new node.
  @inlinable @discardableResult
  public mutating func split<Frames: FrameAllocator<Output>>(
    _ node: Node, _ index: Int, tableFlags: PageTableEntry.Flags = .table, frames: inout Frames,
    onLink: (_ table: Address<Output>, _ level: Int, _ entries: [TableEntry]) -> Void,
    onStore: (TableStore<Output>) -> Void
  ) throws(TableError) -> Node {
    let level = self.level(of: node)
    let leaf = entry(node, index)
    guard level > 1, leaf.isPresent, leaf.isLeaf(atLevel: level), let size = PageSize(leafLevel: level) else {
      throw .notSplittable(address: entryAddress(node, index).rawValue, level: level)
    }
    let frame = try allocateTables(1, frames: &frames)[0]
    let table = makeNode(level: level - 1, at: frame)
    let flags = level == 2 ? leaf.flags.subtracting(.large) : leaf.flags
    let start = leaf.page(size, in: Output.self)
    for part in 0..<512 {
      let page = start.advanced(by: UInt64(part) * TableShape.span(ofEntryAt: level - 1))
      setEntry(table, part, PageTableEntry(page, flags))
    }
    onLink(frame, level - 1, tableEntries(of: table))
    attach(table, under: node, index, flags: tableFlags, onStore: onStore)
    return table
  }

  /// Clears everything that `root` reaches and frees its tables, the root too, in order of address: a store
  /// for each present leaf, and one for each link when what it led to has been cleared. A table that another
  /// root links to stays. The pages' own frames are the caller's: `onStore` names them.
  @inlinable public mutating func release<Frames: FrameAllocator<Output>>(
    root: Node, frames: inout Frames, onStore: (TableStore<Output>) -> Void
  ) {
    clear(root, frames: &frames, onStore: onStore)
    let frame = address(of: root)
    let size = frameSize(root)
    removeNode(root)
    frames.free(frame, size: size)
  }

  @inlinable mutating func clear<Frames: FrameAllocator<Output>>(
    _ node: Node, frames: inout Frames, onStore: (TableStore<Output>) -> Void
  ) {
    for index in 0..<entryCount(node) where entry(node, index).isPresent {
      let child = unlink(under: node, index)
      let isLast = child >= 0 && linkCount(child) == 0
      if isLast { clear(child, frames: &frames, onStore: onStore) }
      update(node, index, to: .empty, onStore: onStore)
      guard isLast else { continue }
      let frame = address(of: child)
      removeNode(child)
      frames.free(frame, size: .size4K)
    }
  }
}
