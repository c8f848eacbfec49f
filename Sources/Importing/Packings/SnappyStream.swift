/// Unpacks Snappy's framing format: chunks of a type (1 byte), a length (3, lowest byte first) and so many bytes, of
/// which each gives 64 KiB of data at most.
///
/// Source: `framing_format.txt` of google/snappy, sections 1 to 4 [V]. drmemtrace adds the types 2 and 3, the data of
/// 0 and 1 without a checksum (DynamoRIO, `reader/snappy_file_reader.h` [V]).
final class SnappyStream: PackedStream {
  /// The first chunk of every stream.
  static let identifier: [UInt8] = [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]
  /// The most data that one chunk gives. In bytes.
  private static let maximumData = 1 << 16
  /// The longest chunk of data: Snappy's own bound for what data of that size may need, and a checksum. In bytes.
  private static let maximumChunk = 32 + maximumData + maximumData / 6 + 4

  private var chunks: RecordReader
  private var data: [UInt8] = []
  private var taken = 0

  init(_ input: ByteInput) { chunks = RecordReader(input) }

  func read(into buffer: inout [UInt8], at start: Int, upTo limit: Int) throws(ImportError) -> Int {
    while taken == data.count {
      guard try readChunk() else { return 0 }
    }
    let count = min(limit, data.count - taken)
    for index in 0..<count { buffer[start + index] = data[taken + index] }
    taken += count
    return count
  }

  /// Unpacks the next chunk, which may be one without data; false at the end of the stream.
  private func readChunk() throws(ImportError) -> Bool {
    let head = try chunks.unread(atLeast: 4)
    if head.isEmpty { return false }
    guard head.count >= 4 else { throw malformed(head.lowerBound, "a whole chunk") }
    let type = chunks.buffer[head.lowerBound]
    let length = Int(chunks.buffer.number(3, at: head.lowerBound + 1))
    (data, taken) = ([], 0)
    // 0x80 to 0xfe may be skipped, and are as long as they like.
    if (0x80...0xfe).contains(type) {
      guard try chunks.pass(anyLength: 4 + length) else {
        throw malformed(chunks.end, "a whole chunk")
      }
      return true
    }
    guard length <= Self.maximumChunk else {
      throw malformed(head.lowerBound + 1, "a chunk of at most \(Self.maximumChunk) bytes")
    }
    let chunk = try chunks.unread(atLeast: 4 + length)
    guard chunk.count >= 4 + length else { throw malformed(chunk.lowerBound, "a whole chunk") }
    try unpack(type, chunk.lowerBound + 4..<chunk.lowerBound + 4 + length)
    chunks.pass(4 + length)
    return true
  }

  private func unpack(_ type: UInt8, _ body: Range<Int>) throws(ImportError) {
    switch type {
    case 0xff:
      guard chunks.buffer[body].elementsEqual(Self.identifier[4...]) else {
        throw malformed(body.lowerBound, "the identifier sNaPpY")
      }
    case 0, 1:
      guard body.count >= 4 else { throw malformed(body.lowerBound, "a checksum of 4 bytes") }
      try unpackData(isPacked: type == 0, body.lowerBound + 4..<body.upperBound)
      guard chunks.buffer.number(4, at: body.lowerBound) == CRC32C.masked(data) else {
        throw malformed(body.lowerBound, "the checksum of the chunk's data")
      }
    case 2, 3:
      try unpackData(isPacked: type == 2, body)
    default:
      throw malformed(body.lowerBound - 4, "a type of chunk, 0 to 3 or 0x80 to 0xff")
    }
  }

  private func unpackData(isPacked: Bool, _ body: Range<Int>) throws(ImportError) {
    if isPacked {
      do {
        data = try SnappyBlock.unpack(chunks.buffer, body, atMost: Self.maximumData)
      } catch {
        throw malformed(error.index, error.expected)
      }
    } else {
      guard body.count <= Self.maximumData else {
        throw malformed(body.lowerBound, "at most \(Self.maximumData) bytes of data")
      }
      data = Array(chunks.buffer[body])
    }
  }

  private func malformed(_ index: Int, _ expected: String) -> ImportError {
    .malformedPacking(at: chunks.place(index), packing: "snappy", expected: expected)
  }
}
