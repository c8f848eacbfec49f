/// Writes the members of one segment, and keeps count of where they stand.
struct MemberWriter {
  let sink: any ByteSink
  private let deflater = Deflater()
  /// Of the next member; the first, of number 0, is written by ``writeFirst(_:_:)``.
  private var number: UInt32 = 1
  private var hasher = SHA256()
  /// Bytes of the segment written so far, held ones included.
  private(set) var offset: UInt64 = 0
  /// Members that stand behind one that is still to come; nil where none is.
  private var held: [[UInt8]]?

  init(_ sink: any ByteSink) { self.sink = sink }

  /// Holds all members back until the first one comes.
  mutating func holdBack() { held = [] }

  var holdsBack: Bool { held != nil }

  /// Writes the first member, and what was held back for it.
  mutating func writeFirst(_ header: MemberHeader, _ payload: [UInt8]) throws(TraceError) {
    let others = (members: held ?? [], number: number, size: offset)
    (held, number, offset) = (nil, 0, 0)
    try write(header, payload)
    for member in others.members { try sink.write(member) }
    number = others.number
    offset += others.size
  }

  /// The digest of the contents written so far.
  var digest: [UInt8] {
    var hasher = hasher
    return hasher.finish()
  }

  /// Compresses and writes one member. `header` needs neither sizes nor checksums.
  mutating func write(_ header: MemberHeader, _ payload: [UInt8]) throws(TraceError) {
    if MemberKind(rawValue: header.kind) == .footer {
      try write(header, MemberBody(payload, stream: SegmentFooter.stored(payload)))
    } else {
      try write(header, MemberBody(compressing: payload, by: deflater))
    }
  }

  /// Writes one member, compressed before. `header` needs neither sizes nor checksums.
  mutating func write(_ header: MemberHeader, _ body: MemberBody) throws(TraceError) {
    guard body.payload.count <= TraceFormat.maximumInflatedSize else {
      let limit = UInt64(TraceFormat.maximumInflatedSize)
      throw TraceError(
        .overLimit("the inflated size of a member", value: UInt64(body.payload.count), limit: limit),
        file: sink.name,
        block: header.block)
    }
    ContentDigest.update(&hasher, header, body.payload)
    var header = header
    header.number = number
    header.compressedSize = UInt32(body.bytes.count - MemberHeader.trailerSize)
    header.inflatedSize = UInt32(body.payload.count)
    header.bodyChecksum = body.checksum
    let member = header.encoded() + body.bytes
    if holdsBack { held?.append(member) } else { try sink.write(member) }
    number += 1
    offset += UInt64(header.memberSize)
  }
}
