/// Finds the whole members of a damaged file: where one is not whole, it looks for the next place at which one may
/// start. Holds at most one member's bytes.
struct MemberScanner {
  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var isAtEnd = false
  /// The position in the file of the buffer's first byte.
  private var offset: UInt64 = 0

  init(_ source: any ByteSource) { self.source = source }

  /// What of the source was read: all of it, once there is no next member. In bytes.
  var position: UInt64 { offset + UInt64(buffer.count) }

  /// The next whole member, or nil behind the last.
  mutating func next() throws(TraceError) -> EncodedMember? {
    while true {
      try fill(MemberHeader.size)
      if buffer.count < MemberHeader.size { return nil }
      if let header = try? MemberHeader(parsing: Array(buffer[..<MemberHeader.size])) {
        try fill(header.memberSize)
        if let member = whole(header) {
          drop(header.memberSize)
          return member
        }
      }
      try seek()
    }
  }

  /// The member at the start of the buffer, if it is whole.
  private func whole(_ header: MemberHeader) -> EncodedMember? {
    guard buffer.count >= header.memberSize else { return nil }
    let body = Array(buffer[MemberHeader.size..<header.memberSize])
    guard Checksum.crc32(body) == header.bodyChecksum else { return nil }
    let member = EncodedMember(header: header, body: body, offset: offset)
    return member.inflatedSize == header.inflatedSize ? member : nil
  }

  /// Moves on to the next bytes that look like the start of a member.
  private mutating func seek() throws(TraceError) {
    drop(1)
    while true {
      try fill(1 << 16)
      if buffer.count < MemberHeader.size { return drop(buffer.count) }
      let last = buffer.count - MemberHeader.fixedPart.count
      if let found = (0...last).first(where: { looksLikeMember(at: $0) }) { return drop(found) }
      drop(last)
    }
  }

  private func looksLikeMember(at start: Int) -> Bool {
    buffer[start] == MemberHeader.fixedPart[0]
      && buffer[start..<start + MemberHeader.fixedPart.count].elementsEqual(MemberHeader.fixedPart)
  }

  private mutating func fill(_ count: Int) throws(TraceError) {
    while buffer.count < count && !isAtEnd {
      let more = try source.read(upTo: max(1 << 16, count - buffer.count))
      isAtEnd = more.isEmpty
      buffer += more
    }
  }

  private mutating func drop(_ count: Int) {
    buffer.removeFirst(count)
    offset += UInt64(count)
  }
}
