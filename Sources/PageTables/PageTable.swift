public import Addressing

/// A radix page table from one memory to another, of 1 to 5 levels, with one or several roots.
///
/// A node lives at an address of the `Output` memory, so the entries that a walk reads have addresses, and a
/// two-dimensional walk is "for every node of the one table, walk the other". Nodes are pooled: a walk
/// follows indices of an array, one entry and one child link a level. Reads do not count anything.
@frozen public struct PageTable<Input: AddressSpace, Output: AddressSpace>: Sendable {
  /// A node of the pool; ``none`` is no node. Numbers of removed nodes are used again.
  public typealias Node = Int32

  /// No node.
  @inlinable public static var none: Node { @inline(__always) get { -1 } }

  /// Levels and root size.
  public let shape: TableShape

  /// 512 entries a node; a root of 2 MiB takes 512 places in a row.
  @usableFromInline var entries: [PageTableEntry] = []
  /// 512 links for each node above the leaf level.
  @usableFromInline var children: [Node] = []
  @usableFromInline var records: [NodeRecord] = []
  @usableFromInline var freeNodes: [Node] = []
  @usableFromInline var freeChildren: [Int32] = []
  @usableFromInline var freeWideRoots: [Node] = []

  @usableFromInline var liveNodes = 0
  @usableFromInline var liveBytes: UInt64 = 0

  /// The number of nodes, roots included.
  @inlinable public var nodeCount: Int { liveNodes }
  /// The bytes that the nodes take in the output memory.
  @inlinable public var bytes: UInt64 { liveBytes }

  /// An empty pool of nodes.
  public init(_ shape: TableShape) { self.shape = shape }

  /// An empty pool of nodes of 512 entries each, in `levels` levels, or an error where no table has so many.
  public init(levels: Int) throws(TableError) { self.init(try TableShape(levels: levels)) }

  /// What the pool knows of a node besides its entries.
  @frozen @usableFromInline struct NodeRecord: Sendable {
    @usableFromInline var address: Address<Output>
    /// The position of its first link in `children`; -1 at the leaf level.
    @usableFromInline var childBase: Int32
    /// Entries that are present.
    @usableFromInline var presentCount: Int32
    /// Entries of other nodes that link to it.
    @usableFromInline var linkCount: Int32
    /// 0 when the node is free.
    @usableFromInline var level: Int32

    @usableFromInline init(address: Address<Output>, childBase: Int32, level: Int32) {
      self.address = address
      self.childBase = childBase
      self.presentCount = 0
      self.linkCount = 0
      self.level = level
    }
  }

  /// The number of levels.
  @inlinable @inline(__always) public var levels: Int { shape.levels }

  /// The entry at `index` of `node`.
  @inlinable @inline(__always) public func entry(_ node: Node, _ index: Int) -> PageTableEntry {
    entries[Int(truncatingIfNeeded: node) &<< 9 &+ index]
  }

  /// The node that the entry at `index` of `node` points to; ``none`` where it is a leaf or not present.
  @inlinable @inline(__always) public func child(_ node: Node, _ index: Int) -> Node {
    let base = records[Int(truncatingIfNeeded: node)].childBase
    return base < 0 ? -1 : children[Int(truncatingIfNeeded: base) &+ index]
  }

  /// Where the node lies in the output memory.
  @inlinable @inline(__always) public func address(of node: Node) -> Address<Output> {
    records[Int(truncatingIfNeeded: node)].address
  }

  /// Where the entry at `index` of `node` lies in the output memory: what a walk reads.
  @inlinable @inline(__always) public func entryAddress(_ node: Node, _ index: Int) -> Address<Output> {
    address(of: node).advanced(by: UInt64(truncatingIfNeeded: index) &<< 3)
  }

  /// The level of the node; the leaf level is 1.
  @inlinable @inline(__always) public func level(of node: Node) -> Int {
    Int(records[Int(truncatingIfNeeded: node)].level)
  }

  /// The number of the node's entries that are present.
  @inlinable public func presentCount(_ node: Node) -> Int { Int(records[Int(node)].presentCount) }

  /// The number of entries that link to the node; a root has none.
  @inlinable public func linkCount(_ node: Node) -> Int { Int(records[Int(node)].linkCount) }

  /// The number of entries of the node: 512, or 2^18 of a root of 2 MiB.
  @inlinable public func entryCount(_ node: Node) -> Int {
    level(of: node) == levels ? 1 << shape.rootIndexBits : 512
  }

  /// The size of the node's frame.
  @inlinable public func frameSize(_ node: Node) -> PageSize {
    level(of: node) == levels ? shape.rootSize : .size4K
  }

  /// The index in its node at `level` of the entry that translates `input`.
  @inlinable @inline(__always) public func index(_ input: Address<Input>, level: Int) -> Int {
    shape.index(input, level: level)
  }

  /// Walks from `root` as far as tables go, to a leaf in the best case.
  @inlinable @inline(__always) public func walk(root: Node, _ input: Address<Input>) -> TableWalk {
    walk(root: root, input, downTo: 1)
  }

  /// Walks from `root` no further down than `lowest`, a level.
  @inlinable @inline(__always)
  public func walk(root: Node, _ input: Address<Input>, downTo lowest: Int) -> TableWalk {
    var node = root
    var level = shape.levels
    while true {
      let index = shape.index(input, level: level)
      let entry = self.entry(node, index)
      if level == lowest || !entry.isPresent || entry.isLeaf(atLevel: level) {
        return TableWalk(node: node, index: index, level: level, entry: entry)
      }
      let child = self.child(node, index)
      if child < 0 { return TableWalk(node: node, index: index, level: level, entry: entry) }
      node = child
      level &-= 1
    }
  }

  /// What `input` translates to, or nil where no page is mapped.
  @inlinable public func translate(root: Node, _ input: Address<Input>) -> Address<Output>? {
    let end = walk(root: root, input)
    guard let size = end.size else { return nil }
    return end.entry.page(size, in: Output.self).advanced(by: input.offset(in: size))
  }

  /// The first page mapped at or after `first` and no later than `last`: the start of the page, or `first`
  /// inside a page that began before it, and its entry. Both addresses lie in one half of the address space.
  public func firstMapping(
    root: Node, from first: Address<Input>, through last: Address<Input>
  ) -> (input: Address<Input>, leaf: TableWalk)? {
    var input = first
    while input <= last {
      let end = walk(root: root, input)
      if end.isMapped { return (input, end) }
      let beforeNext = input.rawValue | (TableShape.span(ofEntryAt: end.level) - 1)
      guard beforeNext < last.rawValue else { return nil }
      input = Address(beforeNext + 1)
    }
    return nil
  }

  /// The entries that are not zero, in order, of a node of 512.
  public func tableEntries(of node: Node) -> [TableEntry] {
    precondition(entryCount(node) == 512, "a root of 2 MiB has more entries than a linked table tells")
    return (0..<512).compactMap { index in
      let value = entry(node, index).rawValue
      return value == 0 ? nil : TableEntry(index: UInt16(truncatingIfNeeded: index), value: value)
    }
  }
}
