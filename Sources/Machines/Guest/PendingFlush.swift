import Addressing
import PageTables

/// The invalidations that a change of entries calls for: page by page up to a limit, beyond it everything.
struct PendingFlush {
  let limit: Int
  /// Entries changed, those of pages without permission included: they are in no TLB.
  private(set) var changes = 0
  /// Pages that a TLB may hold, of whatever size.
  private(set) var pages = 0
  /// The first of them, no more than the limit.
  private(set) var addresses: [VirtualAddress] = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ leaf: HeldLeaf) {
    changes += 1
    guard leaf.entry.isPresent else { return }
    pages += 1
    if pages <= limit { addresses.append(leaf.start) }
  }
}
