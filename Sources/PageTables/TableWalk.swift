public import Addressing

/// Where a walk ended: at a leaf, at an entry that is not present, or at one whose table is not known.
@frozen public struct TableWalk: Hashable, Sendable {
  /// The node that holds the entry.
  public var node: Int32
  /// The position of the entry in its node.
  public var index: Int
  /// The level of the node.
  public var level: Int
  public var entry: PageTableEntry

  @inlinable @inline(__always) public init(node: Int32, index: Int, level: Int, entry: PageTableEntry) {
    self.node = node
    self.index = index
    self.level = level
    self.entry = entry
  }

  /// Whether the walk found a page.
  @inlinable @inline(__always) public var isMapped: Bool { entry.isPresent && entry.isLeaf(atLevel: level) }

  /// The size of the page found; nil where none was.
  @inlinable public var size: PageSize? { isMapped ? PageSize(leafLevel: level) : nil }
}
