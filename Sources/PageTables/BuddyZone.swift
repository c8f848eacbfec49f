/// The free blocks of one GiB, a bitmap for each order.
struct BuddyZone: Sendable {
  /// Orders 0 (4 KiB) to 18 (1 GiB).
  static let orders = 19
  /// 4 KiB frames of a zone.
  static let frames: UInt64 = 1 << 18

  /// Free blocks of each order.
  private(set) var freeCount = [Int](repeating: 0, count: orders)
  /// The bitmaps of all orders, one after the other; a set bit is a free block.
  private var words = [UInt64](repeating: 0, count: firstWord(orders))
  /// For each order a word of its bitmap before which no bit is set.
  private var lowest = [Int](repeating: 0, count: orders)

  /// The position of the first word of the bitmap of `order`, which has 2^(12 - order) words, and at least one.
  private static func firstWord(_ order: Int) -> Int {
    order <= 13 ? (1 << 13) - (1 << (13 - order)) : (1 << 13) - 14 + order
  }

  mutating func insert(_ frame: Int, order: Int) {
    let block = frame >> order
    words[Self.firstWord(order) + block >> 6] |= 1 << UInt64(block & 63)
    freeCount[order] += 1
    lowest[order] = min(lowest[order], block >> 6)
  }

  /// Takes the block at `frame` out if it is free.
  mutating func remove(_ frame: Int, order: Int) -> Bool {
    let block = frame >> order
    let word = Self.firstWord(order) + block >> 6
    let bit: UInt64 = 1 << UInt64(block & 63)
    guard words[word] & bit != 0 else { return false }
    words[word] &= ~bit
    freeCount[order] -= 1
    return true
  }

  /// Takes the free block of `order` at the lowest address, of which there must be one. Returns its first
  /// frame.
  mutating func takeLowest(order: Int) -> Int {
    let base = Self.firstWord(order)
    while words[base + lowest[order]] == 0 { lowest[order] += 1 }
    let word = lowest[order]
    let bit = words[base + word].trailingZeroBitCount
    words[base + word] &= words[base + word] - 1
    freeCount[order] -= 1
    return (word << 6 | bit) << order
  }
}
