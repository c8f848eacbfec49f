import Addressing
import Foundation
import Importing
import Testing

/// The packings that we unpack ourselves.
@Suite struct PackedStreamTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "pagewalk-packings-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func items(_ packed: [UInt8], as format: ImportFormat? = nil) throws -> [Item] {
    let path = folder.appending(path: "packed").path
    try Data(packed).write(to: URL(filePath: path))
    return try imported(try ByteInput.open(path), as: format).items
  }

  private static let text = Array((0..<50_000).map { "load \($0 * 64) 8\n" }.joined().utf8)
  private static let short = Array((0..<40).map { "load \($0 * 64) 8\n" }.joined().utf8)

  @Test(arguments: [70, 1000, 65536])
  func snappyOfChunksOfEveryKindIsUnpacked(chunk: Int) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let items = try items(ForeignPackings.snappy(Self.text, chunk: chunk))
    #expect(items == (0..<50_000 as Range<UInt64>).map { .access(.load, $0 * 64, 8) })
  }

  @Test(arguments: ForeignPackings.Zip.allCases)
  func zipOfOneFileIsUnpacked(kind: ForeignPackings.Zip) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let items = try items(try ForeignPackings.zip(kind, [("trace.txt", Self.text)]))
    #expect(items == (0..<50_000 as Range<UInt64>).map { .access(.load, $0 * 64, 8) })
  }

  @Test(arguments: ForeignPackings.Zip.allCases)
  func chunksFollowEachOther(kind: ForeignPackings.Zip) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sample = samples[.drmemtrace]!
    let parts = (0..<4).map { index in
      (name: "chunk.000\(index)", bytes: Array(sample[index * 72..<(index + 1) * 72]))
    }
    #expect(try items(ForeignPackings.zip(kind, parts)) == imported(sample).items)
  }

  @Test(arguments: [["a", "b"], ["chunk.0001", "chunk.0002"], ["chunk.0000", "chunk.0002"]])
  func anArchiveOfOtherFilesIsRefused(names: [String]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let archive = try ForeignPackings.zip(.deflated, names.map { ($0, Self.short) })
    #expect(throws: ImportError.self) { try items(archive) }
  }

  /// A copy may reach into what it appends, and one from before the start or beyond the size is damage.
  @Test func snappyKeepsToItsOwnData() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    func stream(_ block: [UInt8]) -> [UInt8] {
      [0xff, 6, 0, 0] + Array("sNaPpY".utf8) + [2, UInt8(block.count), 0, 0] + block
    }
    // "load 1" and then five times a 1, and a newline.
    let one = Array("load 1".utf8)
    #expect(
      try items(stream([12, 5 << 2] + one + [1 | 1 << 2, 1, 0, 0x0a])) == [.access(.load, 111_111, 0)])
    for block in [
      [12, 5 << 2] + one + [1 | 1 << 2, 7, 0, 0x0a], [11, 5 << 2] + one + [1 | 1 << 2, 1, 0, 0x0a],
      [13, 5 << 2] + one + [1 | 1 << 2, 1, 0, 0x0a], [12, 5 << 2] + one + [1 | 1 << 2, 0, 0, 0x0a],
      [0xff, 0xff, 0xff, 0xff, 0x0f, 0], [0x81, 0x80, 4, 0],
    ] {
      let error = #expect(throws: ImportError.self) { try items(stream(block), as: .text) }
      guard case .malformedPacking(let place, "snappy", _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(place.record == 2 && place.byte >= 14)
    }
  }

  @Test(arguments: ForeignPackings.Zip.allCases)
  func aZipCutAtAnyByteIsAnError(kind: ForeignPackings.Zip) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try ForeignPackings.zip(kind, [("chunk.0000", Self.short), ("chunk.0001", Self.short)])
    for length in 4..<whole.count {
      let error = #expect(throws: ImportError.self) { try items(Array(whole[..<length]), as: .text) }
      guard case .malformedPacking(let place, "zip", _) = error else {
        Issue.record("\(String(describing: error)) at \(length)")
        continue
      }
      #expect(place.byte <= length && (1...5).contains(place.record))
    }
  }

  @Test func aSnappyStreamCutAtAnyByteGivesAPrefixOrAnError() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let packed = ForeignPackings.snappy(Self.short, chunk: 100)
    let whole = try items(packed)
    var prefixes = 0
    for length in 11..<packed.count {
      do {
        #expect(whole.starts(with: try items(Array(packed[..<length]), as: .text)))
        prefixes += 1
      } catch let error as ImportError {
        if case .malformedPacking(let place, _, _) = error { #expect(place.byte <= length) }
      }
    }
    #expect(prefixes <= 10)
  }

  private func sample(_ packing: String) throws -> [UInt8] {
    switch packing {
    case "snappy": ForeignPackings.snappy(Self.short, chunk: 150)
    case "zip": try ForeignPackings.zip(.deflated, [("chunk.0000", Self.short), ("chunk.0001", Self.short)])
    case "streamed zip": try ForeignPackings.zip(.streamed, [("trace", Self.short)])
    default: try ForeignPackings.zip(.stored, [("trace", Self.short)])
    }
  }

  @Test(arguments: ["snappy", "zip", "streamed zip", "stored zip"])
  func tenThousandCorruptionsGiveRecordsOrATypedError(packing: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sample = try sample(packing)
    var random = SplitMix64(seed: 6)
    var errors = 0
    for _ in 0..<10_000 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        #expect(try items(bytes, as: .text).count <= 100_000)
      } catch let error as ImportError {
        errors += 1
        if case .malformedPacking(let place, _, _) = error { #expect(place.byte <= bytes.count) }
      }
    }
    #expect(errors > 5000)
  }
}
