/// What a load of CR3 says (Intel SDM volume 3, sections 2.5 and 4.10.1 [M]).
public struct RootRegister: Hashable, Sendable {
  /// The root table of the address space.
  public var root: RealAddress
  /// The process-context identifier; 0 where there are none.
  public var identifier: UInt16
  /// Whether what is cached of the identifier stays.
  public var keepsEntries: Bool

  /// - Parameter hasIdentifiers: Whether CR4.PCIDE is set. Where it is clear, bits 0 to 11 are flags, and no load keeps
  ///   anything.
  public init(_ value: UInt64, hasIdentifiers: Bool) {
    root = RealAddress(value & 0x000F_FFFF_FFFF_F000)
    identifier = hasIdentifiers ? UInt16(value & 0xFFF) : 0
    keepsEntries = hasIdentifiers && value >> 63 == 1
  }
}
