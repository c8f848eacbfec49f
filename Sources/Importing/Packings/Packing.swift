/// How an input file is packed, known by its first bytes, and what unpacks it.
enum Packing: CaseIterable {
  case gzip, xz, zstd, bzip2, lz4, snappy, zip

  /// Who unpacks.
  enum Method {
    /// A program, and the Debian package that holds it.
    case program(String, package: String)
    /// We, from a stream of packed bytes.
    case stream((ByteInput) -> any PackedStream)
  }

  init?(_ start: [UInt8]) {
    guard let packing = Self.allCases.first(where: { start.starts(with: $0.magic) }) else { return nil }
    self = packing
  }

  /// The first bytes: RFC 1952 section 2.3.1; the .xz file format 1.2 section 2.1.1.1; RFC 8878 section 3.1.1; LZ4's
  /// frame format 1.6, "General structure"; Snappy's framing format, section 4.1; PKWARE's APPNOTE 6.3.10 section
  /// 4.3.7. Those of bzip2 are "BZh" and the size of its blocks, here their common part (bzip2's manual, section
  /// 2.4 [M]).
  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1f, 0x8b]
    case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    case .bzip2: [0x42, 0x5a, 0x68]
    case .lz4: [0x04, 0x22, 0x4d, 0x18]
    case .snappy: SnappyStream.identifier
    case .zip: ZipEntry.signature
    }
  }

  var method: Method {
    switch self {
    case .gzip: .program("gzip", package: "gzip")
    case .xz: .program("xz", package: "xz-utils")
    case .zstd: .program("zstd", package: "zstd")
    case .bzip2: .program("bzip2", package: "bzip2")
    case .lz4: .program("lz4", package: "lz4")
    case .snappy: .stream { SnappyStream($0) }
    case .zip: .stream { ZipStream($0) }
    }
  }

  /// Whether the first bytes are those of a Pagewalk trace: a gzip file whose first extra field is "PW".
  static func isOwnTrace(_ start: [UInt8]) -> Bool {
    start.count >= 14 && start.starts(with: [0x1f, 0x8b, 8, 6]) && start[12...13].elementsEqual([0x50, 0x57])
  }
}
