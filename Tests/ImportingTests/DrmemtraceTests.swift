import Addressing
import Importing
import Testing
import Traces

@Suite struct DrmemtraceTests {
  private typealias Records = ForeignRecords

  /// A file of these records behind a header of version 7, with a footer.
  private func file(_ records: [UInt8]...) -> [UInt8] {
    Records.drmemtrace(25, 0, 7) + Records.drmemtrace(28, 12, 7) + records.joined()
      + Records.drmemtrace(26, 0, 0)
  }

  @Test func everyInstructionTypeIsAFetchAndReadsAndWritesAreLoadsAndStores() throws {
    let types: [UInt16] = Array(10...16) + [31, 48, 49]
    let fetches = types.flatMap { Records.drmemtrace($0, 3, 0x40_0000 + UInt64($0)) }
    let bytes = file(fetches, Records.drmemtrace(0, 8, 0x7000), Records.drmemtrace(1, 16, 0x7ff8))
    #expect(
      try imported(bytes).items == types.map { .access(.fetch, 0x40_0000 + UInt64($0), 3) } + [
        .access(.load, 0x7000, 8), .access(.store, 0x7ff8, 16),
      ])
  }

  @Test func whatIsNotFetchedGivesNoFetch() throws {
    let bytes = file(
      Records.drmemtrace(10, 2, 0x1000), Records.drmemtrace(30, 2, 0x1000), Records.drmemtrace(30, 2, 0x1002),
      Records.drmemtrace(29, 2, 0x1002), Records.drmemtrace(10, 0, 0x2000), Records.drmemtrace(0, 8, 0x7000))
    #expect(
      try imported(bytes).items == [
        .access(.fetch, 0x1000, 2), .access(.fetch, 0x1002, 2), .access(.load, 0x7000, 8),
      ])
  }

  @Test func aBundleGoesOnBehindTheInstructionBefore() throws {
    let bytes = file(Records.drmemtrace(10, 4, 0x1000), Records.drmemtrace(17, 3, 0x07_02_05))
    #expect(
      try imported(bytes).items == [
        .access(.fetch, 0x1000, 4), .access(.fetch, 0x1004, 5), .access(.fetch, 0x1009, 2),
        .access(.fetch, 0x100b, 7),
      ])
  }

  @Test func threadsKeepTheirProcessAndProcessorAndExitAsEvents() throws {
    let load = Records.drmemtrace(0, 8, 0x7000)
    let bytes = file(
      Records.drmemtrace(22, 4, 11), Records.drmemtrace(24, 4, 10), Records.drmemtrace(28, 3, 2), load,
      Records.drmemtrace(22, 4, 12), Records.drmemtrace(24, 4, 10), Records.drmemtrace(28, 3, .max), load,
      Records.drmemtrace(22, 4, 11), load, Records.drmemtrace(23, 4, 12))
    let first = Owner(vcpu: 2, addressSpace: 10, thread: 11)
    let second = Owner(addressSpace: 10, thread: 12)
    #expect(
      try imported(bytes).items == [
        .access(.load, 0x7000, 8, first), .access(.load, 0x7000, 8, second), .access(.load, 0x7000, 8, first),
        .event(.exit(wholeProcess: false), second),
      ])
  }

  @Test func pairsOfAddressesAreTranslationsAndANewWindowIsAGap() throws {
    let bytes = file(
      Records.drmemtrace(28, 14, 0), Records.drmemtrace(28, 15, 0x9123), Records.drmemtrace(28, 17, 0x7123),
      Records.drmemtrace(28, 16, 0x8000), Records.drmemtrace(0, 8, 0x7123), Records.drmemtrace(28, 14, 0),
      Records.drmemtrace(28, 14, 3), Records.drmemtrace(1, 8, 0x7123))
    #expect(
      try imported(bytes).items == [
        .event(.translation(VirtualAddress(0x7000), RealAddress(0x9000))), .access(.load, 0x7123, 8),
        .event(.gap(records: nil)), .access(.store, 0x7123, 8),
      ])
  }

  @Test func joinedFilesAndChunksAndUnknownMarkersAreReadThrough() throws {
    let bytes =
      file(Records.drmemtrace(0, 8, 0x1000), Records.drmemtrace(28, 21, 0), Records.drmemtrace(28, 22, 9))
      + file(Records.drmemtrace(28, 99, 1), Records.drmemtrace(1, 8, 0x2000))
    #expect(try imported(bytes).items == [.access(.load, 0x1000, 8), .access(.store, 0x2000, 8)])
  }

  @Test func whatIsLeftOutOrSplitIsTold() throws {
    let bytes = file(
      Records.drmemtrace(28, 9, 0x40180), Records.drmemtrace(2, 1, 0x1000), Records.drmemtrace(46, 1, 0x1000),
      Records.drmemtrace(20, 0, 0x1000), Records.drmemtrace(0, 10_000, 0x2000))
    let result = try imported(bytes)
    #expect(
      result.items == [
        .access(.load, 0x2000, 4096), .access(.load, 0x3000, 4096), .access(.load, 0x4000, 1808),
      ])
    #expect(
      result.remarks == [
        "2 prefetches were left out: they fault never, and machines may ignore them",
        "1 record of a cache flush was left out", "1 access of more than 4096 bytes was split",
        "the recorder left out what hit a cache: these are not all accesses",
        "this is of a whole system: --scope whole-system says so in the trace",
      ])
  }

  @Test func tagsOfArmAddressesAreDropped() throws {
    let tagged = Records.drmemtrace(0, 8, 0xb400_7fff_0000_1000)
    #expect(
      try imported(file(Records.drmemtrace(28, 9, 0x8), tagged)).items
        == [.access(.load, 0x7fff_0000_1000, 8)])
    #expect(throws: ImportError.self) { try imported(file(Records.drmemtrace(28, 9, 0x40), tagged)) }
  }

  @Test(arguments: [
    (Records.drmemtrace(50, 0, 0), 0), (Records.drmemtrace(0, 8, 1 << 60), 4),
    (Records.drmemtrace(17, 9, 0), 2), (Records.drmemtrace(22, 4, 1 << 40), 4),
    (Records.drmemtrace(28, 12, 8), 4), (Records.drmemtrace(28, 17, 0x1000), 2),
    (Records.drmemtrace(25, 0, 8), 4),
  ])
  func anImpossibleRecordIsNamedWithItsPlace(record: [UInt8], byte: Int) {
    let error = #expect(throws: ImportError.self) {
      try imported(file(Records.drmemtrace(10, 4, 0x1000), record), as: .drmemtrace)
    }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == .init(file: "sample", record: 4, byte: UInt64(36 + byte)))
  }

  @Test func aFileWithoutAHeaderIsRefused() {
    let bytes = Records.drmemtrace(10, 4, 0x1000) + Records.drmemtrace(26, 0, 0)
    #expect(throws: ImportError.self) { try imported(bytes, as: .drmemtrace) }
  }
}
