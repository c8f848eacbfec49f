public import Addressing

// Pages mapped, unmapped and protected. Each change of an entry is one store, reported in the order in which
// an operating system makes them: a table is linked before anything is put into it, emptied before it is
// unlinked.
extension PageTable {
  /// A new root in a frame of its own.
  @inlinable public mutating func makeRoot<Frames: FrameAllocator<Output>>(
    frames: inout Frames
  ) throws(TableError) -> Node {
    do {
      return makeNode(level: levels, at: try frames.allocate(shape.rootSize))
    } catch {
      throw .outOfFrames(error)
    }
  }

  /// Maps the page of `size` at `input` to `output`, making the tables that are missing on the way: one store
  /// for each, parents first, the leaf last.
  ///
  /// - Parameters:
  ///   - flags: The leaf's; *present* and *large* are added as needed.
  ///   - tableFlags: Those of new entries that point to tables.
  /// - Throws: ``TableError``, and then nothing has changed.
  @inlinable public mutating func map<Frames: FrameAllocator<Output>>(
    root: Node, _ input: Address<Input>, to output: Address<Output>, size: PageSize,
    flags: PageTableEntry.Flags, tableFlags: PageTableEntry.Flags = .table, frames: inout Frames,
    onStore: (TableStore<Output>) -> Void
  ) throws(TableError) {
    try checkPage(input, size)
    guard output.offset(in: size) == 0 else { throw .misaligned(address: output.rawValue, size: size) }
    let end = walk(root: root, input, downTo: size.leafLevel)
    guard !end.entry.isPresent else { throw .occupied(address: input.rawValue, level: end.level) }
    let tables = try allocateTables(end.level - size.leafLevel, frames: &frames)
    var node = end.node
    var level = end.level
    for frame in tables {
      let index = self.index(input, level: level)
      level -= 1
      let child = makeNode(level: level, at: frame)
      link(child, under: node, index)
      update(node, index, to: PageTableEntry(frame, tableFlags.union(.present)), onStore: onStore)
      node = child
    }
    let shape: PageTableEntry.Flags = size == .size4K ? .present : [.present, .large]
    update(node, index(input, level: level), to: PageTableEntry(output, flags.union(shape)), onStore: onStore)
  }

  /// Clears the leaf that maps `input`, of whatever size, and frees the tables that this empties, unless
  /// `keepingTables`. Returns the leaf, or nil where nothing was mapped. The page's own frame is the
  /// caller's.
  @inlinable @discardableResult
  public mutating func unmap<Frames: FrameAllocator<Output>>(
    root: Node, _ input: Address<Input>, keepingTables: Bool = false, frames: inout Frames,
    onStore: (TableStore<Output>) -> Void
  ) -> TableWalk? {
    let end = walk(root: root, input)
    guard end.isMapped else { return nil }
    update(end.node, end.index, to: .empty, onStore: onStore)
    if !keepingTables { freeEmptyTables(root: root, input, frames: &frames, onStore: onStore) }
    return end
  }

  /// Unlinks and frees the tables on the way to `input` that hold nothing, from the lowest up: one store for
  /// each. The root stays, and so does a table with several parents.
  @inlinable public mutating func freeEmptyTables<Frames: FrameAllocator<Output>>(
    root: Node, _ input: Address<Input>, frames: inout Frames, onStore: (TableStore<Output>) -> Void
  ) {
    var node = walk(root: root, input).node
    while node != root, presentCount(node) == 0, linkCount(node) == 1 {
      let parent = walk(root: root, input, downTo: level(of: node) + 1)
      unlink(under: parent.node, parent.index)
      update(parent.node, parent.index, to: .empty, onStore: onStore)
      frames.free(address(of: node), size: .size4K)
      removeNode(node)
      node = parent.node
    }
  }

  /// Gives the leaf that maps `input` the `permissions`, keeping all other bits, with one store. Returns the
  /// leaf as it was, or nil where nothing is mapped.
  @inlinable @discardableResult
  public mutating func protect(
    root: Node, _ input: Address<Input>, permissions: PageTableEntry.Flags,
    onStore: (TableStore<Output>) -> Void
  ) -> TableWalk? {
    let end = walk(root: root, input)
    guard end.isMapped else { return nil }
    var entry = end.entry
    entry.flags = entry.flags.subtracting(.permissions).union(permissions.intersection(.permissions))
    update(end.node, end.index, to: entry, onStore: onStore)
    return end
  }

  /// Links a table that exists, under a further parent if it has one, with one store.
  @inlinable public mutating func attach(
    _ child: Node, under node: Node, _ index: Int, flags: PageTableEntry.Flags = .table,
    onStore: (TableStore<Output>) -> Void
  ) {
    link(child, under: node, index)
    update(node, index, to: PageTableEntry(address(of: child), flags.union(.present)), onStore: onStore)
  }

  /// Checks that a page of `size` at `input` can stand in this table.
  @inlinable func checkPage(_ input: Address<Input>, _ size: PageSize) throws(TableError) {
    guard shape.covers(input) else {
      throw .notCovered(address: input.rawValue, bits: shape.addressBits)
    }
    guard input.offset(in: size) == 0 else { throw .misaligned(address: input.rawValue, size: size) }
    guard size.leafLevel <= levels else { throw .unsupportedSize(size, levels: levels) }
  }

  /// Frames for `count` tables: all or none.
  @inlinable func allocateTables<Frames: FrameAllocator<Output>>(
    _ count: Int, frames: inout Frames
  ) throws(TableError) -> [Address<Output>] {
    var tables: [Address<Output>] = []
    do {
      for _ in 0..<count { tables.append(try frames.allocate(.size4K)) }
    } catch {
      for frame in tables.reversed() { frames.free(frame, size: .size4K) }
      throw .outOfFrames(error)
    }
    return tables
  }
}
