import Traces

/// Unpacks a zip archive of one file, or of the chunks of a drmemtrace trace, which follow each other; read from the
/// front, so that a pipe will do. Stored and deflated files are known. ``ZipEntry`` has the format.
final class ZipStream: PackedStream {
  private var parts: RecordReader
  private var entry: ZipEntry?
  private var entries = 0
  private var firstChunk: Int?
  private var hasEnded = false

  // Of the current file.
  private let inflater = StreamInflater()
  private var isComplete = false
  private var checksum: UInt32 = 0
  /// In bytes.
  private var packed: UInt64 = 0
  private var unpacked: UInt64 = 0

  init(_ input: ByteInput) { parts = RecordReader(input) }

  func read(into buffer: inout [UInt8], at start: Int, upTo limit: Int) throws(ImportError) -> Int {
    while !hasEnded {
      guard let entry else {
        try begin()
        continue
      }
      let room = entry.hasDescriptor ? limit : Int(min(UInt64(limit), entry.size - unpacked))
      let output = start..<start + room
      let got = entry.isDeflated ? try inflate(entry, into: &buffer, output) : try copy(into: &buffer, output)
      checksum = Checksum.crc32(buffer[start..<start + got], seed: checksum)
      unpacked += UInt64(got)
      if !entry.isDeflated { isComplete = unpacked == entry.size }
      if isComplete { try end(entry) }
      if got > 0 { return got }
    }
    return 0
  }

  /// Reads what stands between files: the header of the next, or the directory at the end.
  private func begin() throws(ImportError) {
    let head = try unread(4)
    guard parts.buffer[head..<head + 4].elementsEqual(ZipEntry.signature) else {
      try ZipDirectory(files: entries).read(&parts)
      hasEnded = true
      return
    }
    let fixed = try unread(ZipEntry.fixedLength)
    let length = try placed { () throws(Malformed) in try ZipEntry.length(parts.buffer, fixed) }
    let start = try unread(length)
    let entry = try placed { () throws(Malformed) in try ZipEntry(parts.buffer, start) }
    if entries == 0 { firstChunk = entry.chunk }
    guard entries == 0 || firstChunk == 0 && entry.chunk == entries else {
      throw malformed(start, "the next chunk or no other file: unpack it and name one of its files")
    }
    entries += 1
    parts.pass(length, records: 0)
    inflater.restart()
    (isComplete, checksum, packed, unpacked) = (false, 0, 0, 0)
    self.entry = entry
  }

  private func inflate(
    _ entry: ZipEntry, into buffer: inout [UInt8], _ output: Range<Int>
  ) throws(ImportError) -> Int {
    var input = try parts.unread(atLeast: 1)
    if !entry.hasDescriptor {
      let rest = Int(clamping: entry.packedSize - packed)
      input = input.lowerBound..<input.lowerBound + min(input.count, rest)
    }
    guard let step = inflater.inflate(parts.buffer, input, into: &buffer, output) else {
      throw malformed(input.lowerBound, "deflated bytes")
    }
    guard step.taken > 0 || step.given > 0 || step.isEnd else {
      throw malformed(
        input.lowerBound,
        input.isEmpty ? "more deflated bytes" : "deflated bytes of \(entry.size) bytes and no more")
    }
    parts.pass(step.taken, records: 0)
    packed += UInt64(step.taken)
    isComplete = step.isEnd
    return step.given
  }

  private func copy(into buffer: inout [UInt8], _ output: Range<Int>) throws(ImportError) -> Int {
    if output.isEmpty { return 0 }
    let input = try parts.unread(atLeast: 1)
    guard !input.isEmpty else { throw malformed(input.lowerBound, "more bytes of a stored file") }
    let count = min(input.count, output.count)
    for index in 0..<count { buffer[output.lowerBound + index] = parts.buffer[input.lowerBound + index] }
    parts.pass(count, records: 0)
    packed += UInt64(count)
    return count
  }

  /// Compares what was unpacked with what was said of it.
  private func end(_ entry: ZipEntry) throws(ImportError) {
    var said = (checksum: entry.checksum, packed: entry.packedSize, unpacked: entry.size)
    var start = parts.unpassed
    if entry.hasDescriptor {
      // Its signature may be left out.
      start = try unread(4)
      let hasSignature = parts.buffer[start..<start + 4].elementsEqual([0x50, 0x4b, 7, 8])
      let width = entry.isZip64 ? 8 : 4
      let length = (hasSignature ? 8 : 4) + 2 * width
      start = try unread(length)
      let sizes = start + length - 2 * width
      said = (
        UInt32(parts.buffer.number(4, at: sizes - 4)), parts.buffer.number(width, at: sizes),
        parts.buffer.number(width, at: sizes + width)
      )
      parts.pass(length, records: 0)
    }
    guard said == (checksum, packed, unpacked) else {
      throw malformed(
        min(start, parts.unpassed), "checksum \(checksum), \(packed) packed and \(unpacked) unpacked bytes")
    }
    parts.pass(0)
    self.entry = nil
  }

  /// Where the next bytes start, of which so many are there.
  private func unread(_ count: Int) throws(ImportError) -> Int {
    let unread = try parts.unread(atLeast: count)
    guard unread.count >= count else { throw malformed(unread.lowerBound, "\(count) bytes more") }
    return unread.lowerBound
  }

  private func placed<Result>(_ read: () throws(Malformed) -> Result) throws(ImportError) -> Result {
    do {
      return try read()
    } catch {
      throw malformed(error.index, error.expected)
    }
  }

  private func malformed(_ index: Int, _ expected: String) -> ImportError {
    .malformedPacking(at: parts.place(index), packing: "zip", expected: expected)
  }
}
