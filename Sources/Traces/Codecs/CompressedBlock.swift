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
    recordsByKind = Self.recordsByKind(contents.accesses)
    eventCount = contents.events.count
    let payloads = EncodedPayloads(contents, hasFetches: recordsByKind[0] > 0)
    func compressed(_ payload: [UInt8]) -> MemberBody { MemberBody(compressing: payload, by: deflater) }
    codec = payloads.codec
    records = compressed(payloads.block)
    offsets = payloads.offsets.map(compressed)
    events = payloads.events.map(compressed)
    checkpoint = contents.checkpoint.map(compressed)
  }

  /// Counts by the bits of the kinds' numbers: the compiler then takes several records at a time.
  private static func recordsByKind(_ accesses: [Access]) -> [UInt64] {
    var odd: UInt64 = 0
    var writing: UInt64 = 0
    var modifying: UInt64 = 0
    for access in accesses {
      let kind = UInt64(access.kind.rawValue)
      odd += kind & 1
      writing += kind >> 1
      modifying += kind & kind >> 1
    }
    let fetching = UInt64(accesses.count) + modifying - odd - writing
    return [fetching, odd - modifying, writing - modifying, modifying]
  }
}
