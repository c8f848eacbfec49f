public import Addressing

/// What a segment holds, in numbers: the contents of its footer.
public struct TraceSummary: Hashable, Sendable {
  public var records: UInt64 = 0
  /// Records of each ``AccessKind``, by raw value.
  public var recordsByKind: [UInt64] = [0, 0, 0, 0]
  public var events: UInt64 = 0
  public var blocks: UInt32 = 0
  public var checkpoints: UInt32 = 0
  /// Bytes of the segment, footer included.
  public var bytes: UInt64 = 0
  /// SHA-256 of the contents: two segments with the same records, owners and events, written by the same
  /// version of the writer, have the same (`Container.md`, "Digest").
  public var digest: [UInt8] = []

  public init() {}

  public func records(of kind: AccessKind) -> UInt64 { recordsByKind[Int(kind.rawValue)] }

  /// The digest as text, `sha256:` and 64 hexadecimal digits.
  public var digestText: String { "sha256:" + SHA256.hexadecimal(digest) }
}
