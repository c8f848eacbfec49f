import Addressing

// Who points to a table, and what becomes of it when nobody does.
extension GuestTables {
  /// The entries that point to the node, in order of linking.
  func parents(of node: Node) -> [TableParent] {
    let first = firstParents[Int(node)]
    guard first.node >= 0 else { return [] }
    return [first] + (furtherParents[node] ?? [])
  }

  /// Makes the frame a table, empty.
  mutating func makeTable(_ frame: RealAddress, level: Int) -> Node {
    let node = table.makeNode(level: level, at: frame)
    let places = Int(node) + table.entryCount(node) / 512
    while firstParents.count < places { firstParents.append(TableParent(node: -1, index: 0)) }
    touched.append(contentsOf: repeatElement(0, count: max(0, places * 8 - touched.count)))
    nodes[frame.pageNumber] = node
    census.count(frame, by: 1)
    return node
  }

  mutating func addLink(_ child: Node, under node: Node, _ index: Int) {
    table.link(child, under: node, index)
    let parent = TableParent(node: node, index: Int32(index))
    if firstParents[Int(child)].node < 0 {
      firstParents[Int(child)] = parent
    } else {
      furtherParents[child, default: []].append(parent)
    }
  }

  /// Cuts the link under an entry; a table that loses its last parent goes, with what it alone pointed to.
  mutating func cutLink(under node: Node, _ index: Int, removed: inout [RemovedTable]) {
    let child = table.unlink(under: node, index)
    guard child >= 0 else { return }
    leafTables.forgetAll()
    var rest = parents(of: child)
    rest.removeAll { $0 == TableParent(node: node, index: Int32(index)) }
    firstParents[Int(child)] = rest.first ?? TableParent(node: -1, index: 0)
    furtherParents[child] = rest.count > 1 ? Array(rest.dropFirst()) : nil
    if rest.isEmpty { removeTable(child, removed: &removed) }
  }

  /// Ends a table that nothing points to.
  mutating func removeTable(_ node: Node, removed: inout [RemovedTable]) {
    leafTables.forgetAll()
    let frame = table.address(of: node)
    let level = table.level(of: node)
    removed.append(RemovedTable(frame: frame, node: node, level: level))
    if level > 1 {
      for index in 0..<table.entryCount(node) where table.child(node, index) >= 0 {
        cutLink(under: node, index, removed: &removed)
      }
    }
    let places = table.entryCount(node) / 512
    for word in Int(node) * 8..<(Int(node) + places) * 8 { touched[word] = 0 }
    table.removeNode(node)
    nodes[frame.pageNumber] = nil
    census.count(frame, by: -1)
  }
}
