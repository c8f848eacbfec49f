import Glibc

/// One segment of a trace file as its header and footer tell: found from the end of the file, no block read.
public struct TraceSegment: Hashable, Sendable {
  public var header: TraceHeader
  public var summary: TraceSummary
  /// Where the segment starts in the file. In bytes.
  public var start: UInt64

  /// The segments of a file, in order. Checks headers and footers, and nothing between; needs a file that can be
  /// read at any place, which a pipe cannot.
  public static func list(path: String) throws(TraceError) -> [TraceSegment] {
    let file = try RandomAccessFile(path: path)
    guard file.size > 0 else { throw TraceError(.emptyFile, file: path) }
    var segments: [TraceSegment] = []
    var end = file.size
    while end > 0 {
      let segment = try segment(of: file, endingAt: end)
      segments.append(segment)
      end = segment.start
    }
    return segments.reversed()
  }

  private static func segment(
    of file: RandomAccessFile, endingAt end: UInt64
  ) throws(TraceError) -> TraceSegment {
    guard end >= UInt64(SegmentFooter.memberSize) else { throw try notWhole(file, end) }
    let footerStart = end - UInt64(SegmentFooter.memberSize)
    guard let member = try? file.member(at: footerStart), member.header.kind == MemberKind.footer.rawValue,
      let payload = try? member.inflated(), let footer = try? SegmentFooter(decoding: payload)
    else { throw try notWhole(file, end) }
    guard footer.length <= footerStart else {
      throw TraceError(
        .illegal("the footer's offsets do not agree with the segment"), file: file.name, offset: end)
    }
    let start = footerStart - footer.length
    let first = try file.member(at: start)
    do throws(TraceError.Problem) {
      guard first.header.kind == MemberKind.header.rawValue else {
        throw .illegal("a segment does not start with a header")
      }
      let header = try TraceHeader(decoding: try first.inflated())
      return TraceSegment(header: header, summary: footer.summary, start: start)
    } catch {
      throw TraceError(error, file: file.name, offset: start)
    }
  }

  /// The error for a file whose last bytes are no footer: what a reader of all of it comes upon first.
  private static func notWhole(_ file: RandomAccessFile, _ end: UInt64) throws(TraceError) -> TraceError {
    let reader = try TraceReader(path: file.name)
    while try reader.nextBlock() != nil {}
    return TraceError(.cutShort, file: file.name, offset: end)
  }
}

/// A file read at any place.
private final class RandomAccessFile {
  let name: String
  private(set) var size: UInt64 = 0
  private let descriptor: Int32

  init(path: String) throws(TraceError) {
    name = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TraceError(.system(operation: "open", code: errno), file: path) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw TraceError(.system(operation: "seek in", code: errno), file: path) }
    size = UInt64(end)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func member(at offset: UInt64) throws(TraceError) -> EncodedMember {
    lseek(descriptor, Int(offset), SEEK_SET)
    var reader = MemberReader(FileSource(fileDescriptor: descriptor, name: name), offset: offset)
    guard let member = try reader.next() else { throw TraceError(.cutShort, file: name, offset: offset) }
    return member
  }
}

extension EncodedMember {
  /// The whole payload.
  func inflated() throws(TraceError.Problem) -> [UInt8] {
    var payload = [UInt8](repeating: 0, count: Int(header.inflatedSize))
    try inflate(with: Inflater(), into: &payload)
    return payload
  }
}
