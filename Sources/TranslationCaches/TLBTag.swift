public import Addressing

/// The tag of a translation of one address space: context in bits 48 to 63, page size in bits 46 and 47, and the 45
/// bits of a page number that virtual addresses of 57 bits have.
@frozen public struct TLBTag: Hashable, Sendable {
  public let rawValue: UInt64

  @inlinable @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// - Parameters:
  ///   - number: The number of the page in pages of `size`, sign extension included.
  @inlinable @inline(__always) public init(context: UInt16, _ size: PageSize, number: UInt64) {
    rawValue =
      UInt64(context) << 48 | UInt64(truncatingIfNeeded: size.leafLevel &- 1) << 46 | number & Self.numberMask
  }

  /// The bits of a page number.
  @usableFromInline static var numberMask: UInt64 { @inlinable get { (1 << 45) - 1 } }

  @inlinable public var context: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 48) }
  @inlinable public var size: PageSize { PageSize(leafLevel: Int(rawValue >> 46 & 3) + 1) ?? .size4K }
  /// The page number, in pages of ``size``, without sign extension.
  @inlinable public var number: UInt64 { rawValue & Self.numberMask }
}
