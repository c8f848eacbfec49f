/// Numbers pages in the order in which they are first seen, from 0: a hash table with open addressing, at most half
/// full.
struct PageNumbering: Sendable {
  private struct Entry {
    var page: PageKey
    var number: UInt32

    static let free = Entry(page: .none, number: 0)
  }

  private var entries = [Entry](repeating: .free, count: 1 << 10)
  private var shift = UInt64(64 - 10)
  /// The number of pages seen.
  private(set) var count = 0

  /// The number of a page; the former ``count`` where it is new.
  @inline(__always) mutating func number(of page: PageKey) -> Int {
    let position = position(of: page)
    if entries[position].page == page { return Int(entries[position].number) }
    return add(page, at: position)
  }

  mutating func removeAll() { self = PageNumbering() }

  /// Where a page is, or the free entry that it would take. The multiplier is 2^64 over the golden ratio, which
  /// spreads runs of neighbouring numbers evenly [D].
  @inline(__always) private func position(of page: PageKey) -> Int {
    let mask = entries.count &- 1
    var position = Int(truncatingIfNeeded: (page.rawValue &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    while entries[position].page != page && entries[position].page != .none {
      position = (position &+ 1) & mask
    }
    return position
  }

  @inline(never) private mutating func add(_ page: PageKey, at position: Int) -> Int {
    let number = count
    precondition(number < UInt32.max, "more pages than can be numbered")
    entries[position] = Entry(page: page, number: UInt32(number))
    count += 1
    if 2 * count > entries.count { grow() }
    return number
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: .free, count: 2 * old.count)
    shift -= 1
    for entry in old where entry.page != .none { entries[position(of: entry.page)] = entry }
  }
}
