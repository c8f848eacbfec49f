public import Addressing

/// What a TLB keeps of one page: where it lies in physical memory, its size and what may be done with it, packed into
/// the 64 bits of a payload.
@frozen public struct TLBEntry: Hashable, Sendable {
  /// Physical frame in bits 12 to 51, flags below, the size in bits 6 and 7, the mapped size in bits 8 and 9.
  public var payload: UInt64

  @inlinable @inline(__always) public init(payload: UInt64) { self.payload = payload }

  /// - Parameter mappedSize: That of the page that the guest's table maps, of which the entry may be a piece; nil is
  ///   its own.
  @inlinable public init(
    base: PhysicalAddress, size: PageSize, mappedSize: PageSize? = nil, isWritable: Bool, isExecutable: Bool,
    isGlobal: Bool, isWritten: Bool
  ) {
    let sizes = UInt64(size.leafLevel) << 6 | UInt64((mappedSize ?? size).leafLevel) << 8
    let permissions: UInt64 = (isWritable ? 1 : 0) | (isExecutable ? 2 : 0)
    let uses: UInt64 = (isGlobal ? 4 : 0) | (isWritten ? 8 : 0)
    payload = base.rawValue & 0x000F_FFFF_FFFF_F000 | sizes | permissions | uses
  }

  /// The first physical byte of the page.
  @inlinable @inline(__always) public var base: PhysicalAddress {
    PhysicalAddress(payload & 0x000F_FFFF_FFFF_F000)
  }
  /// The size of the page: the effective one, which may be less than the guest's.
  @inlinable @inline(__always) public var size: PageSize {
    PageSize(leafLevel: Int(truncatingIfNeeded: payload >> 6 & 3)) ?? .size4K
  }
  /// The size of the page that the guest's table maps; invalidating the page drops all its pieces (Intel SDM
  /// volume 3, 4.10.2.3 and 4.10.4.1 `[M]`).
  @inlinable @inline(__always) public var mappedSize: PageSize {
    PageSize(leafLevel: Int(truncatingIfNeeded: payload >> 8 & 3)) ?? .size4K
  }
  /// Whether it is a piece of a larger page.
  @inlinable @inline(__always) public var isPiece: Bool { size != mappedSize }
  /// Whether it is a whole page of 4 KiB.
  @inlinable @inline(__always) public var isSmall: Bool { payload & 0b11_1100_0000 == 0b01_0100_0000 }
  /// Whether it is a whole page of 4 KiB that is not global: the usual case.
  @inlinable @inline(__always) var isPlainSmall: Bool { payload & Self.kindMask == 0b01_0100_0000 }
  /// Whether both are of one size, of pages of one size, and global or not.
  @inlinable @inline(__always) public func hasKind(of other: TLBEntry) -> Bool {
    (payload ^ other.payload) & Self.kindMask == 0
  }
  /// The bits of both sizes, and whether it is global.
  @usableFromInline static var kindMask: UInt64 { @inlinable get { 0b11_1100_0100 } }
  /// Whether writes are permitted.
  @inlinable @inline(__always) public var isWritable: Bool {
    get { payload & 1 != 0 }
    set { payload = newValue ? payload | 1 : payload & ~1 }
  }
  /// Whether fetches are permitted.
  @inlinable @inline(__always) public var isExecutable: Bool {
    get { payload & 2 != 0 }
    set { payload = newValue ? payload | 2 : payload & ~2 }
  }
  /// Whether it survives a load of the root register.
  @inlinable @inline(__always) public var isGlobal: Bool { payload & 4 != 0 }
  /// Whether writes need no further walk: one passed since the entry was filled, or the walk that filled it found the
  /// dirty bit set, where the machine keeps that (semantics rule 7).
  @inlinable @inline(__always) public var isWritten: Bool {
    get { payload & 8 != 0 }
    set { payload = newValue ? payload | 8 : payload & ~8 }
  }

  /// The physical 4 KiB page that a virtual one within the entry's page lies in; `page` is its number.
  @inlinable @inline(__always) public func physicalAddress(ofPage page: UInt64) -> PhysicalAddress {
    PhysicalAddress(base.rawValue | (page << 12) & (size.bytes &- 1))
  }

  /// The part of the page around a virtual 4 KiB page that a structure for smaller pages keeps.
  @inlinable public func part(_ size: PageSize, aroundPage page: UInt64) -> TLBEntry {
    guard size < self.size else { return self }
    let base = PhysicalAddress(physicalAddress(ofPage: page).rawValue & ~(size.bytes - 1))
    return TLBEntry(
      base: base, size: size, mappedSize: mappedSize, isWritable: isWritable, isExecutable: isExecutable,
      isGlobal: isGlobal, isWritten: isWritten)
  }
}
