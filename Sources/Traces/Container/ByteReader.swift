/// Takes exact numbers of bytes from a source, and counts them.
struct ByteReader {
  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var next = 0
  /// The position in the file of the next byte.
  private(set) var offset: UInt64

  private static let chunkSize = 1 << 16

  init(_ source: any ByteSource, offset: UInt64 = 0) {
    self.source = source
    self.offset = offset
  }

  var name: String { source.name }

  /// The next `count` bytes, or fewer at the end of the source.
  mutating func take(_ count: Int) throws(TraceError) -> [UInt8] {
    var taken: [UInt8] = []
    taken.reserveCapacity(count)
    while taken.count < count {
      if next == buffer.count {
        buffer = try source.read(upTo: max(Self.chunkSize, count - taken.count))
        next = 0
        if buffer.isEmpty { break }
      }
      let end = min(buffer.count, next + count - taken.count)
      taken += buffer[next..<end]
      next = end
    }
    offset += UInt64(taken.count)
    return taken
  }
}
