/// Reads members in order and checks each by itself: header checksum, limits, body checksum, trailer.
struct MemberReader {
  private var reader: ByteReader

  /// Reads members of a source that stands at `offset` of its file.
  init(_ source: any ByteSource, offset: UInt64 = 0) { reader = ByteReader(source, offset: offset) }

  var name: String { reader.name }
  var offset: UInt64 { reader.offset }

  /// The next member, or nil at the end of the source.
  ///
  /// - Parameter isBehindFooter: Whether it must start a further segment.
  mutating func next(isBehindFooter: Bool = false) throws(TraceError) -> EncodedMember? {
    let start = reader.offset
    let head = try reader.take(MemberHeader.size)
    if head.isEmpty { return nil }
    if start == 0 || isBehindFooter,
      !head.starts(with: MemberHeader.fixedPart.prefix(2).prefix(head.count))
    {
      throw error(start == 0 ? .notATrace : .foreignEnd, at: start)
    }
    guard head.count == MemberHeader.size else {
      throw error(start == 0 && !Self.looksLikeTrace(head) ? .notATrace : .cutShort, at: start)
    }
    let header: MemberHeader
    do throws(TraceError.Problem) {
      header = try MemberHeader(parsing: head)
    } catch {
      throw self.error(start == 0 ? Self.firstMemberProblem(error, head) : error, at: start)
    }
    let body = try reader.take(header.bodySize)
    guard body.count == header.bodySize else { throw error(.cutShort, at: start) }
    guard Checksum.crc32(body) == header.bodyChecksum else {
      throw error(.damaged("the checksum of a member's compressed bytes does not match"), at: start)
    }
    let member = EncodedMember(header: header, body: body, offset: start)
    guard member.inflatedSize == header.inflatedSize else {
      throw error(.illegal("gzip's size of a member is not that of its header"), at: start)
    }
    return member
  }

  /// A gzip file that never was a trace deserves a better word than damage.
  private static func firstMemberProblem(_ problem: TraceError.Problem, _ head: [UInt8]) -> TraceError.Problem
  {
    if case .damaged = problem, !looksLikeTrace(head) { return .notATrace }
    return problem
  }

  /// Whether a gzip header has the flags or the subfield of ours, one of which may be damaged; whether the start of
  /// one is the start of ours.
  private static func looksLikeTrace(_ head: [UInt8]) -> Bool {
    guard head.count > 13 else { return MemberHeader.fixedPart.starts(with: head) }
    return head[3] == MemberHeader.fixedPart[3] || head[12...13].elementsEqual([0x50, 0x57])
  }

  private func error(_ problem: TraceError.Problem, at offset: UInt64) -> TraceError {
    TraceError(problem, file: name, offset: offset)
  }
}
