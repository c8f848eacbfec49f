import Foundation
import Importing
import Testing
import Traces

/// The digests of files against those of the same bytes in memory.
@Suite struct SourceDigestTests {
  private static func digest(_ bytes: [UInt8]) -> String {
    var hasher = SHA256()
    hasher.update(bytes)
    return "sha256:" + SHA256.hexadecimal(hasher.finish())
  }

  /// Bytes without a period that a stretch is a multiple of.
  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251) }
  }

  private static func withFiles<Result>(
    of contents: [[UInt8]], _ body: ([String]) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try contents.enumerated().map { number, content in
      let file = folder.appending(path: "\(number)")
      try Data(content).write(to: file)
      return file.path
    }
    return try body(files)
  }

  @Test(arguments: [0, 1, 63, 64, 4095, 4097, 1 << 21, 1 << 21 + 1, 1 << 22 - 1])
  func aFileOfAnySizeIsHashedWhole(_ size: Int) throws {
    let bytes = Self.bytes(size)
    let digest = try Self.withFiles(of: [bytes]) { try ByteInput.digest(of: $0) }
    #expect(digest == Self.digest(bytes))
  }

  @Test func filesAreHashedOneBehindTheOther() throws {
    let contents = [Self.bytes(1 << 21 + 17), [], Self.bytes(100), Self.bytes(5000)]
    let digest = try Self.withFiles(of: contents) { try ByteInput.digest(of: $0) }
    #expect(digest == Self.digest(contents.flatMap(\.self)))
  }

  @Test func aFileThatDoesNotTellItsSizeIsHashedWhole() throws {
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: "/proc/version")))
    #expect(!bytes.isEmpty)
    #expect(try ByteInput.digest(of: ["/proc/version"]) == Self.digest(bytes))
  }
}
