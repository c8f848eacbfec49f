import Addressing

/// A kind of TLB entries: those of one page size, global or not. A set of kinds is a bit each.
@usableFromInline struct TLBKind {
  /// Bits 0 to 2 are the sizes in order, bits 3 to 5 those of global entries.
  let bit: UInt8

  /// The bit of plain entries of 4 KiB.
  @usableFromInline static var plainSmall: UInt8 { @inlinable get { 1 } }

  init(_ size: PageSize, isGlobal: Bool) { bit = 1 << UInt8(size.leafLevel - 1 + (isGlobal ? 3 : 0)) }

  private init(bit: UInt8) { self.bit = bit }

  var isGlobal: Bool { bit >= 8 }

  var size: PageSize {
    switch bit {
    case 1, 8: .size4K
    case 2, 16: .size2M
    default: .size1G
    }
  }

  /// The kinds of a set: small pages before large, plain before global.
  static func all(of set: UInt8) -> Kinds { Kinds(rest: set) }

  struct Kinds: Sequence, IteratorProtocol {
    fileprivate var rest: UInt8

    mutating func next() -> TLBKind? {
      guard rest != 0 else { return nil }
      defer { rest &= rest &- 1 }
      return TLBKind(bit: rest & (0 &- rest))
    }
  }
}
