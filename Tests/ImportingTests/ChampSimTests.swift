import Addressing
import Importing
import Testing

@Suite struct ChampSimTests {
  @Test func anInstructionGivesItsFetchThenLoadsThenStores() throws {
    let bytes =
      ForeignRecords.champSim(0x40_1000, stores: [0x7000, 0x7010], loads: [0x8000, 0x8010, 0x8020, 0x8030])
      + ForeignRecords.champSim(0xffff_ffff_8100_0000, branch: 1, taken: 1)
    #expect(
      try imported(bytes, as: .champsim).items == [
        .access(.fetch, 0x40_1000, 0), .access(.load, 0x8000, 0), .access(.load, 0x8010, 0),
        .access(.load, 0x8020, 0), .access(.load, 0x8030, 0), .access(.store, 0x7000, 0),
        .access(.store, 0x7010, 0), .access(.fetch, 0xffff_ffff_8100_0000, 0),
      ])
  }

  @Test func aKernelsInstructionMayAccessEitherHalf() throws {
    let bytes = ForeignRecords.champSim(
      0xffff_ffff_8100_0000, stores: [0xffff_8880_0000_1000], loads: [0x7000, 0xff00_0000_0000_0000])
    #expect(
      try imported(bytes, as: .champsim).items == [
        .access(.fetch, 0xffff_ffff_8100_0000, 0), .access(.load, 0x7000, 0),
        .access(.load, 0xff00_0000_0000_0000, 0), .access(.store, 0xffff_8880_0000_1000, 0),
      ])
  }

  @Test func aCloudSuiteInstructionHasFourStores() throws {
    let bytes = ForeignRecords.cloudSuite(
      0x40_1000, stores: [0x7000, 0x7010, 0x7020, 0x7030], loads: [0x8000, 0x8010, 0x8020, 0x8030])
    #expect(
      try imported(bytes, as: .champsimCloudsuite).items == [
        .access(.fetch, 0x40_1000, 0), .access(.load, 0x8000, 0), .access(.load, 0x8010, 0),
        .access(.load, 0x8020, 0), .access(.load, 0x8030, 0), .access(.store, 0x7000, 0),
        .access(.store, 0x7010, 0), .access(.store, 0x7020, 0), .access(.store, 0x7030, 0),
      ])
  }

  @Test func anEmptySlotBetweenOthersIsPassed() throws {
    let bytes = ForeignRecords.champSim(0x40_1000, stores: [0, 0x7010], loads: [0, 0x8010])
    #expect(
      try imported(bytes, as: .champsim).items == [
        .access(.fetch, 0x40_1000, 0), .access(.load, 0x8010, 0), .access(.store, 0x7010, 0),
      ])
  }

  @Test(arguments: [
    (ForeignRecords.champSim(0x40_1000, branch: 2), 8),
    (ForeignRecords.champSim(0x40_1000, branch: 0, taken: 1), 8),
    (ForeignRecords.champSim(1 << 60), 0),
    (ForeignRecords.champSim(0x40_1000, stores: [0x7000, 1 << 60]), 24),
    (ForeignRecords.champSim(0x40_1000, loads: [1, 2, 3, 1 << 63]), 56),
    (
      ForeignRecords.champSim(0xffff_ffff_8100_0000, stores: [0xffff_8880_0000_1000], loads: [0, 1 << 57]), 40
    ),
  ])
  func anImpossibleRecordIsNamedWithItsPlace(record: [UInt8], byte: Int) {
    let good = ForeignRecords.champSim(0x40_1000)
    let error = #expect(throws: ImportError.self) { try imported(good + record, as: .champsim) }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == .init(file: "sample", record: 2, byte: UInt64(64 + byte)))
  }

  /// Records without a mark are guessed only where there are many and they follow each other as code does.
  @Test func fewOrScatteredRecordsMustBeNamed() throws {
    let few = [UInt8](samples[.champsim]!.prefix(15 * 64))
    let scattered = (1...32 as ClosedRange<UInt64>).flatMap { ForeignRecords.champSim($0 << 20) }
    for bytes in [few, scattered] {
      #expect(throws: ImportError.unknownFormat(file: "sample")) { try imported(bytes) }
      #expect(try !imported(bytes, as: .champsim).items.isEmpty)
    }
  }

  @Test func instructionsWhoseBytesSpellTextAreNotTakenForText() throws {
    // Lowest byte first, 0x0a312032 is "2 1\n", which is din.
    let bytes = ForeignRecords.champSim(0x0a31_2032)
    #expect(throws: ImportError.unknownFormat(file: "sample")) { try imported(bytes) }
  }

  private static func written(_ items: [Item]) -> (bytes: [UInt8], remarks: [String]) {
    var exporter = ExportFormat.champsim.makeExporter()
    var output: [UInt8] = []
    exporter.begin(comments: ["a comment"], into: &output)
    // Two blocks: an instruction may be continued in the next.
    exporter.append(block(Array(items.prefix(items.count / 2))), into: &output)
    exporter.append(block(Array(items.dropFirst(items.count / 2))), into: &output)
    exporter.end(into: &output)
    return (output, exporter.remarks)
  }

  @Test func anExportedInstructionIsTheRecordWrittenByHand() {
    let result = Self.written([
      .access(.fetch, 0x40_1000, 4), .access(.load, 0x8000, 8), .access(.store, 0x7000, 8),
      .access(.fetch, 0x40_1004, 3), .access(.modify, 0x9000, 8),
    ])
    let zeroes = [UInt8](repeating: 0, count: 8)
    #expect(
      result.bytes == ForeignRecords.bytes(0x40_1000) + zeroes
        + ForeignRecords.bytes(0x7000, 0, 0x8000, 0, 0, 0, 0x40_1004)
        + zeroes + ForeignRecords.bytes(0x9000, 0, 0x9000, 0, 0, 0))
    #expect(result.remarks == ["1 modify was written as a load and a store"])
  }

  @Test func importingAnExportGivesTheSameAccesses() throws {
    var random = SplitMix64(seed: 11)
    var items: [Item] = [.access(.store, 0x5000, 0), .access(.load, 0x6000, 0)]
    for _ in 0..<5000 {
      func address() -> UInt64 { UInt64.random(in: 1..<1 << 47, using: &random) }
      items.append(.access(.fetch, address(), 0))
      for _ in 0..<Int.random(in: 0...4, using: &random) { items.append(.access(.load, address(), 0)) }
      for _ in 0..<Int.random(in: 0...2, using: &random) { items.append(.access(.store, address(), 0)) }
    }
    let result = Self.written(items)
    #expect(try imported(result.bytes, as: .champsim).items == items)
    #expect(result.remarks == [])
  }

  @Test func whatARecordCannotCarryIsTold() throws {
    let loads = (1...6 as ClosedRange<UInt64>).map { Item.access(.load, $0 << 12, 0) }
    let result = Self.written(
      [.access(.fetch, 0x40_1000, 0)] + loads + [
        .access(.store, 0x7ffc, 8), .access(.load, 0x8000, 8, Owner(vm: 1)), .access(.load, 0, 8),
        .event(.exit(wholeProcess: true)),
      ])
    #expect(
      try imported(result.bytes, as: .champsim).items
        == [.access(.fetch, 0x40_1000, 0)] + loads[..<4] + [.access(.fetch, 0x40_1000, 0)] + loads[4...] + [
          .access(.load, 0x8000, 0), .access(.store, 0x7ffc, 0),
        ])
    #expect(
      result.remarks == [
        "1 event was left out: ChampSim's records have no place for them",
        "1 instruction was written again, for loads and stores that had no room",
        "1 load was moved before a store of the same instruction",
        "1 access to two pages was written without the second",
        "1 access to address 0 was left out: it stands for an empty slot",
        "several address spaces fell together: records name none",
      ])
  }
}
