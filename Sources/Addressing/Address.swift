/// One of the three memories of a virtualised machine; a phantom type that keeps their addresses apart.
public protocol AddressSpace: Sendable {}

/// What a program uses: guest-virtual addresses.
@frozen public enum Virtual: AddressSpace {}

/// What the guest operating system believes is physical: guest-physical addresses.
@frozen public enum Real: AddressSpace {}

/// What memory answers to: host-physical addresses.
@frozen public enum Physical: AddressSpace {}

/// A byte address in one memory. Addresses of different memories do not mix; only a table crosses over.
@frozen public struct Address<Space: AddressSpace>: RawRepresentable, Hashable, Comparable, Sendable {
  /// The address in bytes. Virtual addresses are canonical: sign-extended to 64 bits.
  public var rawValue: UInt64

  @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable @inline(__always) public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The address `bytes` further on, wrapping at 2^64.
  @inlinable @inline(__always) public func advanced(by bytes: UInt64) -> Self { Self(rawValue &+ bytes) }

  /// The first byte of the page of `size` that holds this address.
  @inlinable @inline(__always) public func alignedDown(to size: PageSize) -> Self {
    Self(rawValue & ~(size.bytes &- 1))
  }

  /// The distance in bytes from the start of the page of `size` that holds this address.
  @inlinable @inline(__always) public func offset(in size: PageSize) -> UInt64 {
    rawValue & (size.bytes &- 1)
  }

  /// The number of the 4 KiB page or frame that holds this address.
  @inlinable @inline(__always) public var pageNumber: UInt64 { rawValue >> 12 }
}

public typealias VirtualAddress = Address<Virtual>
public typealias RealAddress = Address<Real>
public typealias PhysicalAddress = Address<Physical>

extension Address: CustomStringConvertible {
  public var description: String { "0x" + String(rawValue, radix: 16) }
}
