public import Addressing

/// All page tables of one virtual machine, at their real addresses, as rebuilt from the guest's events.
///
/// Tables come to be by ``link(_:level:entries:)``, or empty when a present entry points to a page of which
/// nothing is known; they end when the last entry that points to them goes, by ``unlink(_:)``, and roots by
/// ``retire(_:)``. One table may have several parents, as those of the kernel half have. Walks read
/// ``table``.
///
/// Each entry has a *touched* bit beside its value, for first touches (semantics rule 18), set and cleared by
/// whoever counts. A store leaves it alone: a kernel clears and sets an entry again to protect or to copy a page,
/// which is no first touch. Entries of a new table are untouched.
public struct GuestTables: Sendable {
  public typealias Table = PageTable<Virtual, Real>
  public typealias Node = Table.Node

  /// The tables, for walks.
  public internal(set) var table: Table

  /// The node of each frame that holds a table, by frame number; a root of 2 MiB by its first frame.
  var nodes: [UInt64: Node] = [:]
  /// The first entry that points to each node; its parent is ``PageTable/none`` where there is none.
  var firstParents: [TableParent] = []
  /// The further entries, of the nodes that have several.
  var furtherParents: [Node: [TableParent]] = [:]
  /// 512 bits for each place of the pool.
  @usableFromInline var touched: [UInt64] = []
  /// Where marks of pages touched lately are.
  @usableFromInline var leafTables = LeafTables()
  var census = TableFrameCensus()

  /// No tables yet; all will be of one shape.
  public init(_ shape: TableShape) { table = Table(shape) }

  /// The bytes of real memory that the tables take.
  public var bytes: UInt64 { table.bytes }

  /// The root that stands at this real address, if one does.
  public func root(at address: RealAddress) -> Node? {
    guard let node = nodes[address.pageNumber], table.level(of: node) == table.levels else { return nil }
    return node
  }

  /// The node whose frame holds `address`, if it holds a table.
  public func node(holding address: RealAddress) -> Node? {
    if let node = nodes[address.pageNumber] { return node }
    guard table.shape.rootSize == .size2M else { return nil }
    let root = nodes[address.alignedDown(to: .size2M).pageNumber]
    return root.flatMap { table.level(of: $0) == table.levels ? $0 : nil }
  }

  /// Whether the 4 KiB frame around `address` holds a table.
  public func isTable(_ address: RealAddress) -> Bool { node(holding: address) != nil }

  /// Whether a store there takes nothing from any walk: where no table is, or a leaf table's entry that is not present.
  public func isFree(_ address: RealAddress) -> Bool {
    guard let node = node(holding: address) else { return true }
    let index = Int((address.rawValue - table.address(of: node).rawValue) >> 3)
    return table.level(of: node) == 1 && !table.entry(node, index).isPresent
  }

  /// The largest page size, no larger than `limit`, whose aligned range around `real` holds no page table
  /// (semantics rule 8).
  public func largestUnprotectedSize(around real: RealAddress, upTo limit: PageSize) -> PageSize {
    census.largestFreeSize(around: real, upTo: limit)
  }

  /// Walks from `root` to a leaf, or as far as tables go.
  @inlinable @inline(__always) public func walk(root: Node, _ input: VirtualAddress) -> TableWalk {
    table.walk(root: root, input)
  }

  /// Sets flags of a present entry, as a walk does with accessed and dirty.
  public mutating func insert(_ flags: PageTableEntry.Flags, _ node: Node, _ index: Int) {
    table.insert(flags, node, index)
  }

  /// Writes an entry of a walk's end without following what it links; whether a page is mapped there still.
  public mutating func replace(_ end: TableWalk, _ entry: PageTableEntry) -> Bool {
    if end.level > 1 { leafTables.forgetAll() }
    table.setEntry(end.node, end.index, entry)
    return TableWalk(node: end.node, index: end.index, level: end.level, entry: entry).isMapped
  }

  /// Whether the entry is marked.
  @inlinable @inline(__always) public func isTouched(_ node: Node, _ index: Int) -> Bool {
    touched[Int(node) &<< 3 &+ index &>> 6] &>> UInt64(index & 63) & 1 != 0
  }

  /// Marks the entry, and tells whether it was marked before.
  @inlinable @discardableResult
  public mutating func markTouched(_ node: Node, _ index: Int) -> Bool {
    let before = isTouched(node, index)
    touched[Int(node) &<< 3 &+ index &>> 6] |= 1 &<< UInt64(index & 63)
    return before
  }

  /// Marks the leaf that maps an address; whether a page is mapped there and was not marked before.
  @inlinable public mutating func markTouched(root: Node, _ input: VirtualAddress) -> Bool {
    if let node = leafTables.find(root: root, input), isTouched(node, table.index(input, level: 1)) {
      return false
    }
    return markUnknown(root: root, input)
  }

  @usableFromInline @inline(never)
  mutating func markUnknown(root: Node, _ input: VirtualAddress) -> Bool {
    let end = table.walk(root: root, input)
    if end.level == 1 { leafTables.remember(root: root, input, end.node) }
    return end.isMapped && !markTouched(end.node, end.index)
  }

  /// Removes the mark of the entry.
  @inlinable public mutating func clearTouched(_ node: Node, _ index: Int) {
    touched[Int(node) &<< 3 &+ index &>> 6] &= ~(1 &<< UInt64(index & 63))
  }

  /// Every place at which a walk can pass the table: a root, and the first virtual address that the table
  /// covers under it. A root has one place, at 0; a table that no root reaches has none. In order of linking.
  ///
  /// Tables whose entries all lead to one table multiply its places by 512 at each level; so more than
  /// ``placementSteps`` steps up from tables to what points to them are an error.
  public func placements(of node: Node) throws(TableError) -> [TablePlacement] {
    var places: [TablePlacement] = []
    var steps = 0
    guard collectPlacements(of: node, offset: 0, &steps, into: &places) else {
      throw .tooManyPlaces(table: table.address(of: node), steps: Self.placementSteps)
    }
    return places
  }

  /// Four for each of 65,536 address spaces that share a table.
  public static let placementSteps = 1 << 18

  /// False where that takes too many steps.
  private func collectPlacements(
    of node: Node, offset: UInt64, _ steps: inout Int, into places: inout [TablePlacement]
  ) -> Bool {
    steps += 1
    guard steps <= Self.placementSteps else { return false }
    let level = table.level(of: node)
    if level == table.levels {
      let base = table.shape.canonical(offset)
      places.append(TablePlacement(root: table.address(of: node), rootNode: node, base: base))
      return true
    }
    for parent in parents(of: node) {
      let entryOffset = UInt64(parent.index) << UInt64(12 + 9 * level)
      guard collectPlacements(of: parent.node, offset: offset + entryOffset, &steps, into: &places) else {
        return false
      }
    }
    return true
  }
}

/// An entry that points to a table.
struct TableParent: Hashable, Sendable {
  var node: Int32
  var index: Int32
}

/// One of the places at which a table stands in the virtual address spaces.
public struct TablePlacement: Hashable, Sendable {
  /// The root's real address, which CR3 holds when the place is in use.
  public var root: RealAddress
  public var rootNode: Int32
  /// The first virtual address that the table covers there.
  public var base: VirtualAddress
}
