/// One block as read from the file: compressed, its checksums right, to be decoded by any ``BlockDecoder``.
public struct EncodedBlock: Sendable {
  /// The segment of the file, from 0.
  public internal(set) var segment: Int
  /// The position of the block in its segment, from 0.
  public internal(set) var number: UInt32
  /// Records of the segment before the block.
  public internal(set) var firstRecord: UInt64
  public internal(set) var recordCount: UInt32
  public internal(set) var eventCount: UInt32
  /// The name of the file, for messages.
  public internal(set) var file: String

  var data: EncodedMember
  var offsets: EncodedMember?
  var events: EncodedMember?
  var checkpoint: EncodedMember?

  /// Whether a checkpoint stands before the block.
  public var hasCheckpoint: Bool { checkpoint != nil }

  func error(_ problem: TraceError.Problem, in member: EncodedMember) -> TraceError {
    TraceError(problem, file: file, block: number, offset: member.offset)
  }
}

/// One member as read: header, deflate stream and gzip trailer.
struct EncodedMember: Sendable {
  var header: MemberHeader
  var body: [UInt8]
  /// The position in the file. In bytes.
  var offset: UInt64

  /// The CRC-32 of the inflated bytes by the gzip trailer.
  var inflatedChecksum: UInt32 { body.littleEndian(at: body.count - 8, as: UInt32.self) }
  var inflatedSize: UInt32 { body.littleEndian(at: body.count - 4, as: UInt32.self) }
}
