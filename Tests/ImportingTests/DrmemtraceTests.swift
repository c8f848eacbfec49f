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
        "1 records of cache flushes were left out", "1 accesses of more than 4096 bytes were split",
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

  private func written(_ items: [Item]) -> (bytes: [UInt8], remarks: [String]) {
    var exporter = ExportFormat.drmemtrace.makeExporter()
    var output: [UInt8] = []
    exporter.begin(comments: ["a comment"], into: &output)
    exporter.append(block(Array(items.prefix(items.count / 2))), into: &output)
    exporter.append(block(Array(items.dropFirst(items.count / 2))), into: &output)
    exporter.end(into: &output)
    return (output, exporter.remarks)
  }

  @Test func anExportIsTheRecordsWrittenByHand() {
    let result = written([
      .access(.fetch, 0x1000, 4, Owner(vcpu: 3, addressSpace: 7, thread: 8)),
      .event(.exit(wholeProcess: true)), .access(.modify, 0x7000, 0),
    ])
    let expected = [
      Records.drmemtrace(25, 0, 4), Records.drmemtrace(28, 12, 4), Records.drmemtrace(28, 9, 0x40),
      Records.drmemtrace(22, 4, 8), Records.drmemtrace(24, 4, 7), Records.drmemtrace(28, 10, 64),
      Records.drmemtrace(28, 18, 4096), Records.drmemtrace(28, 2, 1), Records.drmemtrace(28, 3, 3),
      Records.drmemtrace(10, 4, 0x1000), Records.drmemtrace(22, 4, 1), Records.drmemtrace(24, 4, 1),
      Records.drmemtrace(28, 2, 2), Records.drmemtrace(28, 3, .max), Records.drmemtrace(0, 1, 0x7000),
      Records.drmemtrace(1, 1, 0x7000), Records.drmemtrace(22, 4, 8), Records.drmemtrace(24, 4, 7),
      Records.drmemtrace(23, 4, 8), Records.drmemtrace(22, 4, 1), Records.drmemtrace(24, 4, 1),
      Records.drmemtrace(23, 4, 1), Records.drmemtrace(26, 0, 0),
    ]
    #expect(result.bytes == expected.flatMap { $0 })
    #expect(
      result.remarks == [
        "1 event was left out: drmemtrace has no place for them",
        "1 modify was written as a load and a store",
        "1 access of unknown size was written with 1 byte",
        "unknown processes were written as 1, unknown threads as their process",
      ])
  }

  @Test func importingAnExportGivesTheSameAccessesOwnersAndTranslations() throws {
    var random = SplitMix64(seed: 3)
    var owner = Owner(vcpu: 0, addressSpace: 1, thread: 1)
    let items = (0..<20_000).map { _ -> Item in
      if Int.random(in: 0..<9, using: &random) == 0 {
        func part() -> UInt32 { UInt32.random(in: 1...3, using: &random) }
        owner = Owner(vcpu: part(), addressSpace: part(), thread: part())
      }
      let page = UInt64.random(in: 0..<1 << 35, using: &random) << 12
      if Int.random(in: 0..<20, using: &random) == 0 {
        return .event(.translation(VirtualAddress(page), RealAddress(page ^ 0x5000)), owner)
      }
      let kind = [AccessKind.fetch, .load, .store].randomElement(using: &random)!
      return .access(
        kind, page + UInt64.random(in: 0..<4096, using: &random), UInt16.random(in: 1...4096, using: &random),
        owner)
    }
    let result = written(items)
    #expect(result.remarks == [])
    let again = try imported(result.bytes).items
    #expect(again.prefix(items.count) == items[...])
    #expect(
      again.dropFirst(items.count).allSatisfy {
        if case .event(.exit(wholeProcess: false), _) = $0 { true } else { false }
      })
  }

  @Test func anEmptyExportIsAWholeFile() throws {
    #expect(try imported(written([]).bytes).items.count == 1)
  }
}
