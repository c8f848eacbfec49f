/// What stands behind a member's header: the deflate stream of a payload, and the gzip trailer.
struct MemberBody: Sendable {
  let payload: [UInt8]
  let bytes: [UInt8]
  /// CRC-32 of ``bytes``.
  let checksum: UInt32

  init(_ payload: [UInt8], stream: [UInt8]) {
    self.payload = payload
    var bytes = stream
    bytes.appendLittleEndian(Checksum.crc32(payload))
    bytes.appendLittleEndian(UInt32(payload.count))
    checksum = Checksum.crc32(bytes)
    self.bytes = bytes
  }

  init(compressing payload: [UInt8], by deflater: Deflater) {
    self.init(payload, stream: deflater.deflate(payload))
  }
}
