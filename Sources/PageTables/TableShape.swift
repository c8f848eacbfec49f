public import Addressing

/// The number of levels of a page table and the size of its root, which together say how much it covers.
///
/// Every node has 512 entries in one 4 KiB frame, so each level resolves 9 bits above the 12 of the page:
///
/// | levels | root 4K | root 2M |
/// |---|---|---|
/// | 1 | 21 bits, 2 MiB | 30 bits, 1 GiB |
/// | 2 | 30 bits, 1 GiB | 39 bits, 512 GiB |
/// | 3 | 39 bits, 512 GiB | 48 bits, 256 TiB |
/// | 4 | 48 bits, 256 TiB | 57 bits, 128 PiB |
/// | 5 | 57 bits, 128 PiB | – |
///
/// A root of 2 MiB has 2^18 entries in consecutive frames and is read with one reference, as a node flattened
/// from two levels is. A table of few levels over a large address space needs it: two levels with a 4 KiB
/// root hold less than one program's stack and heap lie apart.
@frozen public struct TableShape: Hashable, Sendable {
  /// From 1 to 5; the leaf level is 1, the root stands at this one.
  public let levels: Int
  /// The size of the root node: 4K, 512 entries; or 2M, 2^18 entries.
  public let rootSize: PageSize

  /// The shape, or an error where no table has it.
  public init(levels: Int, rootSize: PageSize = .size4K) throws(TableError) {
    guard (1...5).contains(levels) else { throw .unsupportedLevels(levels) }
    guard rootSize == .size4K || (rootSize == .size2M && levels < 5) else {
      throw .unsupportedRoot(rootSize, levels: levels)
    }
    self.levels = levels
    self.rootSize = rootSize
  }

  /// The number of address bits that select a root entry: 9 or 18.
  @inlinable public var rootIndexBits: Int { rootSize == .size4K ? 9 : 18 }

  /// The number of low address bits that the table translates.
  @inlinable public var addressBits: Int { 3 + 9 * levels + rootIndexBits }

  /// Whether a table of this shape has an entry of its own for `address`: virtual addresses must be
  /// sign-extended from the highest translated bit, addresses of memories must lie below 2^``addressBits``.
  @inlinable public func covers<Space>(_ address: Address<Space>) -> Bool {
    if Space.self == Virtual.self {
      let upper = Int64(bitPattern: address.rawValue) >> Int64(addressBits - 1)
      return upper == 0 || upper == -1
    }
    return address.rawValue >> UInt64(addressBits) == 0
  }

  /// The index in its node at `level` of the entry that translates `address`.
  @inlinable @inline(__always) public func index<Space>(_ address: Address<Space>, level: Int) -> Int {
    let wide = level == levels && rootSize != .size4K
    let mask: UInt64 = wide ? (1 << 18) &- 1 : 511
    return Int(truncatingIfNeeded: (address.rawValue &>> UInt64(truncatingIfNeeded: 3 &+ 9 &* level)) & mask)
  }

  /// The bytes of address that one entry at `level` covers.
  @inlinable public static func span(ofEntryAt level: Int) -> UInt64 { 1 << UInt64(3 + 9 * level) }

  /// `bits`, the translated bits of a virtual address, in canonical form: sign-extended.
  @inlinable public func canonical(_ bits: UInt64) -> VirtualAddress {
    let unused = Int64(64 - addressBits)
    return VirtualAddress(UInt64(bitPattern: (Int64(bitPattern: bits) << unused) >> unused))
  }
}
