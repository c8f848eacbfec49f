public import Addressing
import PageTables

/// What the front end asks of a strategy: a translation that no TLB level holds, or a permission that the held
/// one lacks.
@frozen public struct TranslationRequest: Sendable {
  /// The first byte of the 4 KiB page that is accessed.
  public var address: VirtualAddress
  public var isWrite: Bool
  public var isFetch: Bool

  @inlinable public init(_ address: VirtualAddress, isWrite: Bool, isFetch: Bool) {
    self.address = address
    self.isWrite = isWrite
    self.isFetch = isFetch
  }
}

/// What a completed walk answers: what a TLB entry holds.
@frozen public struct Translation: Sendable, Equatable {
  /// The first physical byte of the page.
  public var base: PhysicalAddress
  /// The effective page size (semantics rule 8).
  public var size: PageSize
  /// The size of the page in the table that programs' addresses are looked up in, of which this may be a piece.
  public var mappedSize: PageSize
  /// Whether writes may pass without asking the strategy again.
  public var isWritable: Bool
  /// Whether instructions may be fetched.
  public var isExecutable: Bool
  /// Whether the entry survives a load of the root register.
  public var isGlobal: Bool
  /// Whether the dirty bit stood in the leaf before the walk.
  public var isDirty: Bool

  init(
    base: PhysicalAddress, size: PageSize, mappedSize: PageSize, _ permissions: PathPermissions,
    leaf: PageTableEntry
  ) {
    self.base = base
    self.size = size
    self.mappedSize = mappedSize
    isWritable = permissions.isWritable
    isExecutable = permissions.isExecutable
    isGlobal = leaf.flags.contains(.global)
    isDirty = leaf.isDirty
  }
}
