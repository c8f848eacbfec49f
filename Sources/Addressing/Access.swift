/// What an access does to memory.
@frozen public enum AccessKind: UInt8, CaseIterable, Sendable {
  /// An instruction fetch; one fetch is one instruction.
  case fetch = 0
  case load = 1
  case store = 2
  /// A load and a store of one instruction to one place: one access with write intent.
  case modify = 3

  /// Whether the access needs write permission.
  @inlinable @inline(__always) public var isWrite: Bool { rawValue >= 2 }
}

/// One recorded memory access, the *record* of a trace.
@frozen public struct Access: Hashable, Sendable {
  /// The first byte touched.
  public var address: VirtualAddress
  /// Bytes touched, at most ``maximumSize``; 0 where the source does not tell, which touches one byte.
  public var size: UInt16
  public var kind: AccessKind

  /// The largest size of one access, so that it touches at most two 4 KiB pages. In bytes.
  public static let maximumSize: UInt16 = 4096

  @inlinable public init(_ kind: AccessKind, _ address: VirtualAddress, size: UInt16) {
    self.address = address
    self.size = size
    self.kind = kind
  }

  /// Whether it touches two 4 KiB pages, and therefore makes two lookups (semantics rule 2).
  @inlinable @inline(__always) public var crossesPage: Bool {
    (address.rawValue & 4095) &+ UInt64(size) > 4096
  }
}
