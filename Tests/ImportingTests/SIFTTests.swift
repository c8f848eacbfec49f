import Addressing
import Importing
import Testing

@Suite struct SIFTTests {
  @Test func instructionsGiveTheirFetchThenTheirOperands() throws {
    let bytes =
      ForeignRecords.siftHeader() + ForeignRecords.sift(0x40_1000, size: 4, [0x7000, 0x8000, 0x9000])
      + ForeignRecords.sift(size: 15) + ForeignRecords.sift(size: 1, [0xa000])
      + ForeignRecords.siftOther(255, [])
    let result = try imported(bytes)
    #expect(
      result.items == [
        .access(.fetch, 0x40_1000, 4), .access(.load, 0x7000, 0), .access(.load, 0x8000, 0),
        .access(.load, 0x9000, 0), .access(.fetch, 0x40_1004, 15), .access(.fetch, 0x40_1013, 1),
        .access(.load, 0xa000, 0),
      ])
    #expect(
      result.remarks == [
        "SIFT does not tell loads from stores, nor sizes: 4 operands became loads of unknown size"
      ])
  }

  @Test func anInstructionWhosePredicateIsFalseAccessesNothing() throws {
    let bytes =
      ForeignRecords.siftHeader()
      + ForeignRecords.sift(0x1000, size: 3, [0x7000], isPredicated: true, executed: false)
      + ForeignRecords.sift(0x2000, size: 3, [0x7000], isPredicated: true, executed: true)
    #expect(
      try imported(bytes).items == [
        .access(.fetch, 0x1000, 3), .access(.fetch, 0x2000, 3), .access(.load, 0x7000, 0),
      ])
  }

  @Test func accessesAlonePagesAndCountsAreReadAndTheRestIsPassed() throws {
    // Output longer than any buffer.
    let output = ForeignRecords.siftOther(1, [UInt8](repeating: 0x41, count: 1_000_000))
    let bytes =
      ForeignRecords.siftHeader(options: 8 + 2)
      + ForeignRecords.siftOther(0, ForeignRecords.bytes(0x40_1000) + [UInt8](repeating: 0x90, count: 4096))
      + ForeignRecords.siftOther(14, ForeignRecords.bytes(0x401, 0x1234)) + output
      + ForeignRecords.siftOther(2, [1, 0] + ForeignRecords.bytes(0))
      + ForeignRecords.siftOther(23, [7, 1, 0, 0])
      + [0, 2, 3, 4].flatMap { type in
        ForeignRecords.siftOther(24, [1, type] + ForeignRecords.bytes(0x40_1000, 0x5000 + UInt64(type)))
      }
    let result = try imported(bytes)
    #expect(
      result.items == [
        .event(.translation(VirtualAddress(0x40_1000), RealAddress(0x123_4000))), .access(.load, 0x5002, 0),
        .access(.store, 0x5003, 0), .access(.fetch, 0x5004, 0),
      ])
    #expect(result.remarks.count == 3)
    #expect(result.remarks[1] == "263 instructions were counted by Sniper and not recorded")
  }

  @Test func aLongRecordCutShortIsNamedByItsStart() {
    let whole = ForeignRecords.siftOther(1, [UInt8](repeating: 0x41, count: 1_000_000))
    #expect(
      throws: ImportError.recordCutShort(at: .init(file: "sample", record: 2, byte: 16))
    ) { try imported(ForeignRecords.siftHeader() + whole.dropLast()) }
  }

  @Test(arguments: [0, 1, 9])
  func whatZlibHasPackedIsReadAsIfItHadNot(level: Int) throws {
    let plain = ForeignRecords.siftTrace
    let packed = try ForeignRecords.packedSIFT(level: level)
    #expect(level == 0 || packed.count < plain.count)
    #expect(try imported(packed).items == imported(plain).items)
    #expect(try imported(packed).remarks == imported(plain).remarks)
  }

  @Test func anErrorInWhatWasPackedIsPlacedAsInTheUnpackedTrace() throws {
    let plain = ForeignRecords.siftHeader() + ForeignRecords.siftOther(23, [1, 0, 0, 0]) + [0, 99]
    let packed = ForeignRecords.siftHeader(options: 1) + (try ForeignPackings.zlib(Array(plain[16...])))
    #expect(
      throws: ImportError.recordCutShort(at: .init(file: "sample", record: 3, byte: 26))
    ) { try imported(packed) }
  }

  @Test func aPackedTraceCutAnywhereOrFollowedByBytesIsAnError() throws {
    let packed = try ForeignRecords.packedSIFT(level: 6)
    for length in 16..<packed.count {
      let error = #expect(throws: ImportError.self) { try imported(Array(packed[..<length]), as: .sift) }
      guard case .malformedPacking(let place, "zlib", _) = error else {
        Issue.record("\(String(describing: error)) at \(length)")
        continue
      }
      #expect(place.byte <= length && place.byte >= 16)
    }
    #expect(
      throws: ImportError.malformedPacking(
        at: .init(file: "sample", record: 2, byte: UInt64(packed.count)), packing: "zlib",
        expected: "nothing behind the checksum")
    ) { try imported(packed + [0]) }
  }

  @Test func tenThousandCorruptionsOfAPackedTraceGiveRecordsOrATypedError() throws {
    let packed = try ForeignRecords.packedSIFT(level: 6)
    var random = SplitMix64(seed: 8)
    var errors = 0
    for _ in 0..<10_000 {
      var bytes = packed
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 16..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        #expect(try imported(bytes, as: .sift).items.count <= 100_000)
      } catch let error as ImportError {
        errors += 1
        if case .malformedPacking(let place, _, _) = error { #expect(place.byte <= bytes.count) }
      }
    }
    #expect(errors > 5000)
  }

  @Test(arguments: [
    ForeignRecords.sift(size: 3), ForeignRecords.sift(1 << 60, size: 3),
    ForeignRecords.sift(0x1000, size: 3, [1 << 63]), ForeignRecords.siftOther(99, []),
    ForeignRecords.siftOther(14, [1]), ForeignRecords.siftOther(14, ForeignRecords.bytes(1 << 52, 1)),
    ForeignRecords.siftOther(24, [1, 5] + ForeignRecords.bytes(1, 1)),
    ForeignRecords.siftOther(255, []) + [1],
  ])
  func anImpossibleRecordIsNamedWithItsPlace(record: [UInt8]) {
    let error = #expect(throws: ImportError.self) { try imported(ForeignRecords.siftHeader() + record) }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.record >= 2 && place.byte >= 16)
  }
}
