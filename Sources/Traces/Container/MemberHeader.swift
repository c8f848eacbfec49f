/// The fixed-size gzip header of a member, with the fields of its extra field (`Container.md`, "Members").
struct MemberHeader: Hashable, Sendable {
  /// The raw ``MemberKind``, which may be an optional one that is not known.
  var kind: UInt8
  /// How a block is encoded; 0 in all other members.
  var codec: UInt8 = 0
  /// The position of the member in its segment, from 0.
  var number: UInt32
  /// The block that the member belongs to; in the other members the number of blocks before it.
  var block: UInt32
  /// The size of the deflate stream. In bytes.
  var compressedSize: UInt32 = 0
  var inflatedSize: UInt32 = 0
  /// Records in a block or its offsets; events, regions or index entries in the others.
  var count: UInt32 = 0
  /// Records of the segment before this member's block.
  var firstRecord: UInt64
  /// CRC-32 of everything behind the header: deflate stream and gzip trailer.
  var bodyChecksum: UInt32 = 0

  static let size = 54
  /// The gzip trailer: CRC-32 and size of the inflated bytes.
  static let trailerSize = 8
  /// The constant bytes: gzip header without name, time or comment, and the head of the one extra subfield "PW".
  static let fixedPart: [UInt8] = [0x1F, 0x8B, 8, 0x06, 0, 0, 0, 0, 0, 0xFF, 40, 0, 0x50, 0x57, 36, 0]

  /// The size of the deflate stream and the trailer. In bytes.
  var bodySize: Int { Int(compressedSize) + Self.trailerSize }
  var memberSize: Int { Self.size + bodySize }

  /// The header's bytes, its own checksum at the end.
  func encoded() -> [UInt8] {
    var bytes = Self.fixedPart
    bytes.reserveCapacity(Self.size)
    bytes += [TraceFormat.majorVersion, kind, codec, 0]
    bytes.appendLittleEndian(number)
    bytes.appendLittleEndian(block)
    bytes.appendLittleEndian(compressedSize)
    bytes.appendLittleEndian(inflatedSize)
    bytes.appendLittleEndian(count)
    bytes.appendLittleEndian(firstRecord)
    bytes.appendLittleEndian(bodyChecksum)
    bytes.appendLittleEndian(UInt16(truncatingIfNeeded: Checksum.crc32(bytes)))
    return bytes
  }

  /// Reads and checks a header of ``size`` bytes.
  init(parsing bytes: [UInt8]) throws(TraceError.Problem) {
    guard bytes.count == Self.size, bytes[0] == 0x1F, bytes[1] == 0x8B else {
      throw .damaged("no gzip member starts here")
    }
    let checksum = Checksum.crc32(bytes[..<52])
    guard UInt16(truncatingIfNeeded: checksum) == bytes.littleEndian(at: 52, as: UInt16.self) else {
      throw .damaged("the header checksum of a member does not match")
    }
    guard bytes[..<16].elementsEqual(Self.fixedPart) else {
      throw .damaged("a constant field of a member's header has another value")
    }
    guard bytes[16] == TraceFormat.majorVersion else { throw .unsupportedVersion(bytes[16]) }
    guard bytes[19] == 0 else { throw .unknownFeature("member flags \(bytes[19])") }
    kind = bytes[17]
    codec = bytes[18]
    number = bytes.littleEndian(at: 20, as: UInt32.self)
    block = bytes.littleEndian(at: 24, as: UInt32.self)
    compressedSize = bytes.littleEndian(at: 28, as: UInt32.self)
    inflatedSize = bytes.littleEndian(at: 32, as: UInt32.self)
    count = bytes.littleEndian(at: 36, as: UInt32.self)
    firstRecord = bytes.littleEndian(at: 40, as: UInt64.self)
    bodyChecksum = bytes.littleEndian(at: 48, as: UInt32.self)
    try checkLimits()
  }

  init(_ kind: MemberKind, number: UInt32, block: UInt32, firstRecord: UInt64) {
    self.kind = kind.rawValue
    self.number = number
    self.block = block
    self.firstRecord = firstRecord
  }

  private func checkLimits() throws(TraceError.Problem) {
    func check(_ what: String, _ value: UInt32, _ limit: Int) throws(TraceError.Problem) {
      if Int(value) > limit { throw .overLimit(what, value: UInt64(value), limit: UInt64(limit)) }
    }
    try check("the compressed size of a member", compressedSize, TraceFormat.maximumCompressedSize)
    try check("the inflated size of a member", inflatedSize, TraceFormat.maximumInflatedSize)
    switch MemberKind(rawValue: kind) {
    case .block, .offsets: try check("the records of a block", count, TraceFormat.maximumRecordsPerBlock)
    case .events: try check("the events of a block", count, TraceFormat.maximumEventsPerBlock)
    case .index: try check("the entries of an index", count, TraceFormat.blocksPerIndex)
    default: break
    }
  }
}
