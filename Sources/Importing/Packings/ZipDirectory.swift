/// The end of a zip archive: a header of each file, and a last record, which shows that nothing was cut off. What the
/// headers repeat of the files is not compared.
///
/// Of the headers (signature 01 02 behind PK) the fixed part has 46 bytes, with the lengths of three parts that follow
/// it at 28; the last record (05 06) has 22, with the number of files at 10 and the length of a comment at 20. Archives
/// with 64-bit sizes have two records before that (06 06, whose length behind the first 12 bytes stands at 4; and
/// 06 07, of 20 bytes). Source: PKWARE's APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 [V].
struct ZipDirectory {
  /// How many files came before.
  var files: Int

  /// Reads it from its first signature to the end of the stream.
  func read(_ parts: inout RecordReader) throws(ImportError) {
    var headers = 0
    while true {
      let start = try Self.unread(4, &parts)
      switch Array(parts.buffer[start..<start + 4]) {
      case [0x50, 0x4b, 1, 2]:
        let header = try Self.unread(46, &parts)
        let others = [28, 30, 32].reduce(0) { $0 + Int(parts.buffer.number(2, at: header + $1)) }
        try Self.pass(46 + others, &parts)
        headers += 1
      case [0x50, 0x4b, 6, 6]:
        let record = try Self.unread(12, &parts)
        try Self.pass(12 + Int(clamping: parts.buffer.number(8, at: record + 4) & (1 << 32 - 1)), &parts)
      case [0x50, 0x4b, 6, 7]: try Self.pass(20, &parts)
      case [0x50, 0x4b, 5, 6]: return try readLast(headers, &parts)
      default: throw Self.malformed(start, "the header of a file, or the archive's directory", parts)
      }
    }
  }

  private func readLast(_ headers: Int, _ parts: inout RecordReader) throws(ImportError) {
    let last = try Self.unread(22, &parts)
    // Of 65535 files and more the number stands in the records for 64-bit sizes.
    let count = Int(parts.buffer.number(2, at: last + 10))
    guard headers == files, count == min(files, 0xffff) else {
      throw Self.malformed(last + 10, "a directory of \(files) files", parts)
    }
    try Self.pass(22 + Int(parts.buffer.number(2, at: last + 20)), &parts)
    let rest = try parts.unread(atLeast: 1)
    guard rest.isEmpty else { throw Self.malformed(rest.lowerBound, "nothing behind the archive", parts) }
  }

  private static func unread(_ count: Int, _ parts: inout RecordReader) throws(ImportError) -> Int {
    let unread = try parts.unread(atLeast: count)
    guard unread.count >= count else { throw malformed(unread.lowerBound, "\(count) bytes more", parts) }
    return unread.lowerBound
  }

  private static func pass(_ count: Int, _ parts: inout RecordReader) throws(ImportError) {
    guard try parts.pass(anyLength: count) else {
      throw malformed(parts.end, "the rest of the archive's directory", parts)
    }
  }

  private static func malformed(_ index: Int, _ expected: String, _ parts: RecordReader) -> ImportError {
    .malformedPacking(at: parts.place(index), packing: "zip", expected: expected)
  }
}
