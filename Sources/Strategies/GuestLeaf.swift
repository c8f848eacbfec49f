import Addressing
import PageTables

/// The leaf of a guest's table that maps a page, with what the path to it allows.
struct GuestLeaf: Equatable, Sendable {
  var end: TableWalk
  var size: PageSize
  var permissions: PathPermissions

  /// Nil where the walk reached no page.
  init?(_ end: TableWalk, _ permissions: PathPermissions) {
    guard let size = end.size else { return nil }
    self.end = end
    self.size = size
    self.permissions = permissions
  }

  /// The real address of a virtual one within the page.
  func realAddress(of address: VirtualAddress) -> RealAddress {
    end.entry.page(size, in: Real.self).advanced(by: address.offset(in: size))
  }
}

extension Platform {
  /// What the running guest's own tables say of an address, read by software and not counted; nil is not mapped.
  func guestLeaf(of address: VirtualAddress) -> GuestLeaf? {
    let table = guests[vm].table
    var node = root
    var permissions = PathPermissions.all
    for level in stride(from: table.levels, through: 1, by: -1) {
      let index = table.index(address, level: level)
      let entry = table.entry(node, index)
      permissions.narrow(by: entry)
      let child = table.child(node, index)
      if !entry.isPresent || entry.isLeaf(atLevel: level) || child < 0 {
        return GuestLeaf(TableWalk(node: node, index: index, level: level, entry: entry), permissions)
      }
      node = child
    }
    return nil
  }

  /// Whether the running guest's own tables allow an access.
  public func allows(_ request: TranslationRequest) -> Bool {
    root >= 0 && guestLeaf(of: request.address)?.permissions.allows(request) == true
  }

  /// The pages that the entries of one of the running guest's tables map, in order.
  func pages(ofTableAt frame: RealAddress) -> [(page: RealAddress, size: PageSize)] {
    let table = guests[vm].table
    guard let node = guests[vm].node(holding: frame) else { return [] }
    let level = table.level(of: node)
    guard let size = PageSize(leafLevel: level) else { return [] }
    return (0..<table.entryCount(node)).compactMap { index in
      let entry = table.entry(node, index)
      return entry.isPresent && entry.isLeaf(atLevel: level) ? (entry.page(size, in: Real.self), size) : nil
    }
  }

  /// Sets the bits in a guest's leaf that a walk for an access sets.
  mutating func markAccessed(_ end: TableWalk, isWrite: Bool) {
    guests[vm].insert(isWrite ? [.accessed, .dirty] : .accessed, end.node, end.index)
  }
}
