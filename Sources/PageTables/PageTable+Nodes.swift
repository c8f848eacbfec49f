public import Addressing

// The pool: nodes made, linked and removed, entries written without report. Whatever reports stores, here or
// in a guest's copy, is built on these.
extension PageTable {
  /// A new empty node at `level` whose frame is at `address`: a root at the highest level, else a table to
  /// link.
  @inlinable public mutating func makeNode(level: Int, at address: Address<Output>) -> Node {
    precondition((1...levels).contains(level), "a node stands at one of the table's levels")
    let places = level == levels ? 1 << (shape.rootIndexBits - 9) : 1
    let node = takePlaces(places)
    let base = level == 1 ? -1 : takeChildren(places)
    records[Int(node)] = NodeRecord(address: address, childBase: base, level: Int32(level))
    liveNodes += 1
    liveBytes += UInt64(places) * 4096
    return node
  }

  /// Removes a node that nothing links to; its own links must have been cut. The frame is the caller's to
  /// free.
  @inlinable public mutating func removeNode(_ node: Node) {
    let record = records[Int(node)]
    precondition(record.level > 0 && record.linkCount == 0, "a node in use cannot be removed")
    let places = Int(record.level) == levels ? 1 << (shape.rootIndexBits - 9) : 1
    if places == 1 { freeNodes.append(node) } else { freeWideRoots.append(node) }
    if record.childBase >= 0 {
      for place in 0..<places { freeChildren.append(record.childBase + Int32(place * 512)) }
    }
    records[Int(node)].level = 0
    liveNodes -= 1
    liveBytes -= UInt64(places) * 4096
  }

  /// Removes every node, roots included; the storage stays.
  public mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    children.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    freeNodes.removeAll(keepingCapacity: true)
    freeChildren.removeAll(keepingCapacity: true)
    freeWideRoots.removeAll(keepingCapacity: true)
    liveNodes = 0
    liveBytes = 0
  }

  /// Places for the entries of one node, zeroed.
  @inlinable mutating func takePlaces(_ places: Int) -> Node {
    let reused = places == 1 ? freeNodes.popLast() : freeWideRoots.popLast()
    if let node = reused {
      for place in 0..<(places * 512) { entries[Int(node) * 512 + place] = .empty }
      return node
    }
    let node = Node(records.count)
    entries.append(contentsOf: repeatElement(.empty, count: places * 512))
    let blank = NodeRecord(address: Address(0), childBase: -1, level: 0)
    records.append(contentsOf: repeatElement(blank, count: places))
    return node
  }

  /// Places for the child links of one node, all ``none``. Those of a root of 2 MiB lie in a row, and are
  /// given back one by one to ordinary nodes.
  @inlinable mutating func takeChildren(_ places: Int) -> Int32 {
    if places == 1, let base = freeChildren.popLast() {
      for place in 0..<512 { children[Int(base) + place] = Self.none }
      return base
    }
    let base = Int32(children.count)
    children.append(contentsOf: repeatElement(Self.none, count: places * 512))
    return base
  }

  /// Writes an entry, leaving its child link as it is.
  @inlinable public mutating func setEntry(_ node: Node, _ index: Int, _ entry: PageTableEntry) {
    let place = Int(node) * 512 + index
    records[Int(node)].presentCount +=
      (entry.isPresent ? 1 : 0) - (entries[place].isPresent ? 1 : 0)
    entries[place] = entry
  }

  /// Sets flags of a present entry, as a walk does with accessed and dirty.
  @inlinable public mutating func insert(_ flags: PageTableEntry.Flags, _ node: Node, _ index: Int) {
    entries[Int(node) &<< 9 &+ index].rawValue |= flags.rawValue
  }

  /// Links `child` under the entry at `index` of `node`, which had no link. One child may have several
  /// parents.
  @inlinable public mutating func link(_ child: Node, under node: Node, _ index: Int) {
    let base = records[Int(node)].childBase
    precondition(records[Int(child)].level + 1 == records[Int(node)].level, "a child is one level down")
    precondition(children[Int(base) + index] < 0, "the entry has a child already")
    children[Int(base) + index] = child
    records[Int(child)].linkCount += 1
  }

  /// Cuts the link under the entry at `index` of `node` and returns what it led to, ``none`` where there was
  /// none.
  @inlinable @discardableResult
  public mutating func unlink(under node: Node, _ index: Int) -> Node {
    let child = self.child(node, index)
    guard child >= 0 else { return child }
    children[Int(records[Int(node)].childBase) + index] = Self.none
    records[Int(child)].linkCount -= 1
    return child
  }

  /// Writes an entry and reports the store.
  @inlinable public mutating func update(
    _ node: Node, _ index: Int, to entry: PageTableEntry, onStore: (TableStore<Output>) -> Void
  ) {
    let old = self.entry(node, index)
    setEntry(node, index, entry)
    onStore(
      TableStore(address: entryAddress(node, index), level: level(of: node), old: old, new: entry))
  }
}
