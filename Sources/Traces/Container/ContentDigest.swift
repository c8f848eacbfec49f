/// What the digest of a segment covers: the members that hold records and events, and nothing that depends on
/// how well they were compressed or on what the header says of where they came from.
enum ContentDigest {
  static func update(_ hasher: inout SHA256, _ header: MemberHeader, _ payload: [UInt8]) {
    switch MemberKind(rawValue: header.kind) {
    case .block, .offsets, .events:
      var prefix: [UInt8] = [header.kind, header.codec]
      prefix.appendLittleEndian(header.count)
      prefix.appendLittleEndian(UInt32(payload.count))
      hasher.update(prefix)
      hasher.update(payload)
    default: break
    }
  }
}
