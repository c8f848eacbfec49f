import Addressing

/// One block ready to be written: the bodies of its members, in no need of what stands before it in the file.
struct CompressedBlock: Sendable {
  let recordCount: Int
  /// Records of each ``AccessKind``, by raw value.
  let recordsByKind: [UInt64]
  let eventCount: Int
  let codec: BlockCodec
  let records: MemberBody
  let offsets: MemberBody?
  let events: MemberBody?
  let checkpoint: MemberBody?

  init(_ contents: BlockContents, by deflater: Deflater) {
    recordCount = contents.accesses.count
    var counts = [UInt64](repeating: 0, count: 4)
    for access in contents.accesses { counts[Int(access.kind.rawValue)] += 1 }
    recordsByKind = counts
    eventCount = contents.events.count
    let payloads = EncodedPayloads(contents)
    func compressed(_ payload: [UInt8]) -> MemberBody { MemberBody(compressing: payload, by: deflater) }
    codec = payloads.codec
    records = compressed(payloads.block)
    offsets = payloads.offsets.map(compressed)
    events = payloads.events.map(compressed)
    checkpoint = contents.checkpoint.map(compressed)
  }
}
