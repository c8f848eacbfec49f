/// The header of a file in a zip archive, as it stands in front of the file's bytes.
///
/// In order, integers lowest byte first: the signature (4 bytes), the version needed (2), flags (2), the method (2), time
/// and date (4), the CRC-32 (4), the packed and the unpacked size (4 each), the lengths of the name and of the extra
/// fields (2 each), the name and the extra fields. Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.4 and 4.5.3 [V].
struct ZipEntry {
  static let signature: [UInt8] = [0x50, 0x4b, 3, 4]
  static let fixedLength = 30
  /// The longest name that is read. In bytes.
  static let maximumName = 4096

  /// The length of the whole header. In bytes.
  private(set) var length: Int
  private(set) var name: String
  private(set) var isDeflated: Bool
  /// Whether checksum and sizes stand behind the file's bytes, for who wrote it did not know them before.
  private(set) var hasDescriptor: Bool
  /// Whether the sizes in the descriptor have 8 bytes.
  private(set) var isZip64 = false
  private(set) var checksum: UInt32
  /// In bytes.
  private(set) var packedSize: UInt64
  private(set) var size: UInt64

  /// Where it is a part of a trace: its number. drmemtrace writes its chunks as `chunk.0000` and so on (DynamoRIO,
  /// `tracer/raw2trace.cpp` [V]).
  var chunk: Int? {
    name.hasPrefix("chunk.") ? Int(name.dropFirst(6)) : nil
  }

  /// The length of the header that starts at `start`, of which ``fixedLength`` bytes are there.
  static func length(_ bytes: [UInt8], _ start: Int) throws(Malformed) -> Int {
    let name = Int(bytes.number(2, at: start + 26))
    guard name <= maximumName else {
      throw Malformed(index: start + 26, expected: "a name of at most \(maximumName) bytes")
    }
    return fixedLength + name + Int(bytes.number(2, at: start + 28))
  }

  /// Reads the header that starts at `start`, all of which is there.
  init(_ bytes: [UInt8], _ start: Int) throws(Malformed) {
    length = try Self.length(bytes, start)
    let flags = bytes.number(2, at: start + 6)
    guard flags & 1 == 0 else { throw Malformed(index: start + 6, expected: "a file that is not encrypted") }
    hasDescriptor = flags & 8 != 0
    let method = bytes.number(2, at: start + 8)
    guard method == 8 || method == 0 && !hasDescriptor else {
      throw Malformed(index: start + 8, expected: "a deflated file, or a stored one of known size")
    }
    isDeflated = method == 8
    checksum = UInt32(bytes.number(4, at: start + 14))
    packedSize = bytes.number(4, at: start + 18)
    size = bytes.number(4, at: start + 22)
    let extra = start + Self.fixedLength + Int(bytes.number(2, at: start + 26))
    name = bytes.text(start + Self.fixedLength..<extra)
    try readExtra(bytes, extra..<start + length)
    guard isDeflated || packedSize == size else {
      throw Malformed(index: start + 18, expected: "a stored file with both sizes the same")
    }
  }

  /// Looks for the field of 64-bit sizes, which stand for 32-bit ones that are all ones.
  private mutating func readExtra(_ bytes: [UInt8], _ range: Range<Int>) throws(Malformed) {
    var at = range.lowerBound
    while range.upperBound - at >= 4 {
      let (id, count) = (bytes.number(2, at: at), Int(bytes.number(2, at: at + 2)))
      at += 4
      guard count <= range.upperBound - at else {
        throw Malformed(index: at - 2, expected: "an extra field of at most \(range.upperBound - at) bytes")
      }
      if id == 1 {
        isZip64 = true
        var field = at
        for size in [\ZipEntry.size, \.packedSize] where self[keyPath: size] == 0xffff_ffff {
          guard at + count - field >= 8 else { throw Malformed(index: at, expected: "sizes of 8 bytes") }
          self[keyPath: size] = bytes.number(8, at: field)
          field += 8
        }
      }
      at += count
    }
  }
}
