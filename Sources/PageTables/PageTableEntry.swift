public import Addressing

/// One 8-byte entry of a page table, laid out as on x86-64 (Intel SDM volume 3, section 4.5): what a guest
/// stores and a walk reads.
@frozen public struct PageTableEntry: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt64

  @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// An entry that points to `address`, a page or a table, with `flags`.
  @inlinable @inline(__always) public init<Space>(_ address: Address<Space>, _ flags: Flags) {
    rawValue = (address.rawValue & Self.frameMask) | flags.rawValue
  }

  /// The entry of all zeros, not present.
  public static var empty: Self { @inlinable @inline(__always) get { Self(rawValue: 0) } }

  /// The bits of the address: 12 to 51.
  public static var frameMask: UInt64 { @inlinable @inline(__always) get { 0x000F_FFFF_FFFF_F000 } }

  /// The bits of an entry other than its address.
  @frozen public struct Flags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt64
    @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Walks may pass; without it the other bits mean nothing.
    public static var present: Self { @inlinable get { Self(rawValue: 1) } }
    public static var writable: Self { @inlinable get { Self(rawValue: 1 << 1) } }
    /// User programs may use it, not the kernel alone.
    public static var user: Self { @inlinable get { Self(rawValue: 1 << 2) } }
    /// A walk has passed here.
    public static var accessed: Self { @inlinable get { Self(rawValue: 1 << 5) } }
    /// The page has been written; of leaves only.
    public static var dirty: Self { @inlinable get { Self(rawValue: 1 << 6) } }
    /// A leaf at level 2 or 3; at level 1 the bit means something else.
    public static var large: Self { @inlinable get { Self(rawValue: 1 << 7) } }
    /// Kept when an address space is switched.
    public static var global: Self { @inlinable get { Self(rawValue: 1 << 8) } }
    /// Instructions may not be fetched from it.
    public static var noExecute: Self { @inlinable get { Self(rawValue: 1 << 63) } }

    /// What an entry that points to a table carries: everything allowed, the leaf decides.
    public static var table: Self { @inlinable get { [.present, .writable, .user, .accessed] } }
    /// The bits that grant or deny kinds of access.
    public static var permissions: Self { @inlinable get { [.writable, .user, .noExecute] } }
  }

  @inlinable @inline(__always) public var isPresent: Bool { rawValue & 1 != 0 }
  @inlinable @inline(__always) public var isWritable: Bool { rawValue & (1 << 1) != 0 }
  @inlinable @inline(__always) public var isDirty: Bool { rawValue & (1 << 6) != 0 }
  @inlinable @inline(__always) public var isNoExecute: Bool { rawValue & (1 << 63) != 0 }

  /// Everything but the address.
  @inlinable @inline(__always) public var flags: Flags {
    get { Flags(rawValue: rawValue & ~Self.frameMask) }
    set { rawValue = (rawValue & Self.frameMask) | (newValue.rawValue & ~Self.frameMask) }
  }

  /// Whether the entry, present at `level`, maps a page instead of pointing to a table. The large bit is
  /// heeded at levels 2 and 3, where x86-64 has large pages.
  @inlinable @inline(__always) public func isLeaf(atLevel level: Int) -> Bool {
    level == 1 || (rawValue & (1 << 7) != 0 && level <= 3)
  }

  /// Where the entry points: a table, or a page of 4 KiB.
  @inlinable @inline(__always) public func address<Space>(in _: Space.Type) -> Address<Space> {
    Address(rawValue & Self.frameMask)
  }

  /// The start of the page of `size` that the leaf maps; the low address bits of large leaves mean other
  /// things.
  @inlinable @inline(__always) public func page<Space>(_ size: PageSize, in _: Space.Type) -> Address<Space> {
    Address(rawValue & Self.frameMask & ~(size.bytes &- 1))
  }
}

extension PageTableEntry: CustomStringConvertible {
  public var description: String {
    let names: [(Flags, String)] = [
      (.present, "P"), (.writable, "W"), (.user, "U"), (.accessed, "A"), (.dirty, "D"), (.large, "L"),
      (.global, "G"), (.noExecute, "X-"),
    ]
    let set = names.filter { flags.contains($0.0) }.map(\.1).joined()
    return "0x" + String(rawValue & Self.frameMask, radix: 16) + "[" + set + "]"
  }
}
