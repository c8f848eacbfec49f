public import Addressing

/// The physical page that stands behind a piece of real memory.
public struct Backing: Hashable, Sendable {
  /// The start of the page, a multiple of its size; it backs the real page of the same size.
  public var base: PhysicalAddress
  public var size: PageSize
  /// Whether the request that returned it was the one that allocated it.
  public var isNew: Bool

  public init(base: PhysicalAddress, size: PageSize, isNew: Bool) {
    self.base = base
    self.size = size
    self.isNew = isNew
  }

  /// Where the byte at `real`, which lies in the backed page, is.
  @inlinable public func physical(of real: RealAddress) -> PhysicalAddress {
    base.advanced(by: real.offset(in: size))
  }
}
