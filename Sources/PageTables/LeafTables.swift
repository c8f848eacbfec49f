public import Addressing

/// Which table of the lowest level maps the 4 KiB pages of the 2 MiB regions asked for lately: spares a walk from the
/// root. Its owner forgets everything when any table above the lowest level changes.
@frozen @usableFromInline struct LeafTables: Sendable {
  @frozen @usableFromInline struct Region: Sendable {
    /// The address over 2 MiB; `.max` is a free place.
    @usableFromInline var number: UInt64
    @usableFromInline var root: Int32
    @usableFromInline var node: Int32

    @usableFromInline init(number: UInt64, root: Int32, node: Int32) {
      self.number = number
      self.root = root
      self.node = node
    }
  }

  @usableFromInline var regions: [Region]
  private var isEmpty = true

  init() { regions = Array(repeating: Self.free, count: Self.size) }

  private static var free: Region { Region(number: .max, root: -1, node: -1) }

  private static let size = 256

  @inlinable @inline(__always) func place(of number: UInt64) -> Int {
    Int(truncatingIfNeeded: number ^ number >> 8) & (regions.count &- 1)
  }

  /// The table that maps an address under a root; nil is not known.
  @inlinable @inline(__always) func find(root: Int32, _ input: VirtualAddress) -> Int32? {
    let number = input.rawValue >> 21
    let region = regions[place(of: number)]
    return region.number == number && region.root == root ? region.node : nil
  }

  /// Notes the table that maps an address under a root.
  @usableFromInline mutating func remember(root: Int32, _ input: VirtualAddress, _ node: Int32) {
    let number = input.rawValue >> 21
    regions[place(of: number)] = Region(number: number, root: root, node: node)
    isEmpty = false
  }

  mutating func forgetAll() {
    guard !isEmpty else { return }
    for place in regions.indices { regions[place] = Self.free }
    isEmpty = true
  }
}
