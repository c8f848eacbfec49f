/// A page as stack distances know it: its number in bits 0 to 51, and that of its address space above.
///
/// A number is that of a page of any size, sign extension included.
@frozen public struct PageKey: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt64

  @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// - Parameter space: From 0 to ``lastSpace``.
  @inlinable @inline(__always) public init(space: UInt64, number: UInt64) {
    rawValue = space << 52 | number
  }

  /// The one value that is no page's.
  @inlinable public static var none: PageKey { PageKey(rawValue: .max) }

  /// The highest number of an address space.
  @inlinable public static var lastSpace: UInt64 { (1 << 12) - 2 }

  @inlinable @inline(__always) public var number: UInt64 { rawValue & ((1 << 52) - 1) }
}
