import Addressing
import Importing
import Testing

/// Whatever happened to an input, an importer gives records or a typed error that names the place.
@Suite struct DamageTests {
  /// What was read before the error, and the error.
  private func read(_ bytes: [UInt8], as format: ImportFormat) throws -> ([Item], ImportError?) {
    var importer = format.makeImporter(ByteInput(bytes, name: "sample"))
    var window = RecordWindow()
    var items: [Item] = []
    do {
      try importer.deliver(&window) { items += Item.all(of: $0) }
      return (items, nil)
    } catch let error as ImportError {
      return (items, error)
    }
  }

  /// Formats whose last record says that it is the last, so that without it they are cut short between records too.
  private static let ended: Set<ImportFormat> = [.drmemtrace]

  @Test(arguments: ImportFormat.allCases.filter(\.isBinary))
  func recordsCutAtAnyByteGiveAPrefixOrTheirPlace(format: ImportFormat) throws {
    let sample = samples[format]!
    let whole = try imported(sample, as: format).items
    // Where records end: known as the lengths at which nothing is missing.
    var ends: [Int] = [0]
    for length in 1...sample.count {
      let (items, error) = try read(Array(sample[..<length]), as: format)
      #expect(whole.starts(with: items))
      let atNext = ImportError.RecordPlace(
        file: "sample", record: UInt64(ends.count + 1), byte: UInt64(length))
      let isBetween = Self.ended.contains(format) && length < sample.count
      if error == (isBetween ? .recordCutShort(at: atNext) : nil) {
        ends.append(length)
        continue
      }
      let place = ImportError.RecordPlace(
        file: "sample", record: UInt64(ends.count), byte: UInt64(ends.last!))
      #expect(error == .recordCutShort(at: place), "cut at \(length)")
    }
    #expect(ends.last == sample.count)
    #expect(ends.count == ForeignRecords.loopLength + 1)
  }

  @Test(arguments: ImportFormat.allCases)
  func tenThousandCorruptionsGiveRecordsOrATypedErrorWithItsPlace(format: ImportFormat) throws {
    let sample = samples[format]!
    var random = SplitMix64(seed: 5)
    var errors = 0
    for _ in 0..<10_000 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let error = try read(bytes, as: format).1 else { continue }
      errors += 1
      switch error {
      case .malformed(let place, _, _), .cutShort(let place):
        #expect(place.byte <= bytes.count && place.line >= 1)
      case .malformedRecord(let place, _, _), .recordCutShort(let place), .malformedPacking(let place, _, _):
        #expect(place.byte <= bytes.count && place.record >= 1)
      default: Issue.record("\(error)")
      }
    }
    #expect(errors > 1000)
  }
}
