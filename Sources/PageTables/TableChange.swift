public import Addressing

/// What one store did to a guest's page tables.
public struct TableChange: Hashable, Sendable {
  /// The node that holds the entry, its level and the entry's position.
  public var node: Int32
  public var level: Int
  public var index: Int
  public var old: PageTableEntry
  public var new: PageTableEntry
  /// The table that the entry points to now and did not before; -1 where there is none.
  public var linkedChild: Int32 = -1
  /// Whether ``linkedChild`` became a table by this store: nothing was known of its frame, so it starts
  /// empty.
  public var madeChild = false
  /// The tables that nothing points to any longer, those they pointed to after them.
  public var removedTables: [RemovedTable] = []

  public init(node: Int32, level: Int, index: Int, old: PageTableEntry, new: PageTableEntry) {
    self.node = node
    self.level = level
    self.index = index
    self.old = old
    self.new = new
  }

  /// Whether the entry mapped nothing and now does.
  public var madePresent: Bool { !old.isPresent && new.isPresent }

  /// Whether the entry was present and no longer is.
  public var cleared: Bool { old.isPresent && !new.isPresent }

  /// Whether the entry was and is present but points elsewhere: to another frame, or to a page where it
  /// pointed to a table or the reverse.
  public var changedFrame: Bool {
    guard old.isPresent, new.isPresent else { return false }
    let wasLeaf = old.isLeaf(atLevel: level)
    guard wasLeaf == new.isLeaf(atLevel: level) else { return true }
    let size = wasLeaf ? PageSize(leafLevel: level) ?? .size4K : .size4K
    return old.page(size, in: Real.self) != new.page(size, in: Real.self)
  }

  /// Whether the entry allowed something that it no longer allows: to be used at all, written, used by user
  /// programs, or executed.
  public var narrowed: Bool {
    guard old.isPresent else { return false }
    let lost = old.flags.subtracting(new.flags).intersection([.present, .writable, .user])
    return !lost.isEmpty || (new.isNoExecute && !old.isNoExecute)
  }

  /// Whether the entry maps a page, or mapped one before it was cleared, be it one that allows no access, whose entry is
  /// not present; an entry of the lowest level always does.
  public var isLeaf: Bool {
    if new.isPresent { return new.isLeaf(atLevel: level) }
    return old.isLeaf(atLevel: level) || (!old.isPresent && new.isLeaf(atLevel: level))
  }

  /// Whether the entry mapped a page before the store.
  public var wasLeaf: Bool { old.isPresent && old.isLeaf(atLevel: level) }
}

/// A page that held a table and no longer does.
public struct RemovedTable: Hashable, Sendable {
  /// The first byte of the page.
  public var frame: RealAddress
  /// The number that the node had; it may be used again by the next table.
  public var node: Int32
  public var level: Int
}
