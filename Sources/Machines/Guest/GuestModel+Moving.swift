import Addressing
import PageTables

// Mappings moved and resized.
extension GuestModel {
  mutating func move(_ old: Range<UInt64>, to new: Range<UInt64>) throws(GuestError) {
    if old.lowerBound == new.lowerBound { return try resize(old, to: new) }
    guard !new.isEmpty else { return try unmap(old) }
    try unmap(new, splittingGaps: true)
    let moved = old.lowerBound..<min(old.upperBound, old.lowerBound + UInt64(new.count))
    if moved.upperBound < old.upperBound { try unmap(moved.upperBound..<old.upperBound) }
    let pieces = running.areas.remove(moved)
    for piece in pieces {
      var area = piece
      area.pages = Self.shift(piece.pages, from: old, to: new)
      running.areas.insert(area)
    }
    extend(pieces.last, over: new.lowerBound + UInt64(moved.count)..<new.upperBound)
    try moveEntries(moved, to: new)
  }

  private mutating func resize(_ old: Range<UInt64>, to new: Range<UInt64>) throws(GuestError) {
    if new.upperBound < old.upperBound { return try unmap(new.upperBound..<old.upperBound) }
    guard new.upperBound > old.upperBound, !old.isEmpty else { return }
    try unmap(old.upperBound..<new.upperBound)
    extend(running.areas.area(at: old.upperBound - 1), over: old.upperBound..<new.upperBound)
  }

  /// Continues an area over the pages that a mapping grew by.
  private mutating func extend(_ area: Area?, over pages: Range<UInt64>) {
    guard var area, !pages.isEmpty else { return }
    area.pages = pages
    running.areas.insert(area)
  }

  /// Moves each page's entry: one store clears it, one sets it in its new place. Large pages stay large where the
  /// new place is aligned for them.
  private mutating func moveEntries(_ old: Range<UInt64>, to new: Range<UInt64>) throws(GuestError) {
    let root = running.root
    var flush = PendingFlush(limit: settings.invlpgLimit)
    var page = old.lowerBound
    while let leaf = nextLeaf(of: root, from: page, before: old.upperBound) {
      let isWhole = leaf.pages.clamped(to: old) == leaf.pages
      let target = leaf.pages.lowerBound &- old.lowerBound &+ new.lowerBound
      guard isWhole, target.isMultiple(of: leaf.size.basePages) else {
        try split(leaf)
        continue
      }
      store(leaf.node, leaf.index, .empty)
      let address = VirtualAddress(target << 12)
      let node = try descend(root, address, to: leaf.level)
      store(node, table.index(address, level: leaf.level), leaf.entry)
      flush.add(leaf)
      page = leaf.pages.upperBound
    }
    if settings.clearsTables, flush.changes > 0 { freeEmptyTables(of: root, old) }
    perform(flush, old)
  }

  private static func shift(
    _ pages: Range<UInt64>, from old: Range<UInt64>, to new: Range<UInt64>
  ) -> Range<UInt64> {
    let start = pages.lowerBound &- old.lowerBound &+ new.lowerBound
    return start..<start + UInt64(pages.count)
  }
}
