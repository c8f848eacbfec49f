import Addressing
import Importing
import Testing

@Suite struct CVPTests {
  @Test func anInstructionGivesItsFetchThenItsAccess() throws {
    let bytes =
      ForeignRecords.cvp(0x40_1000, [0], inputs: [1, 2], outputs: [3])
      + ForeignRecords.cvp(
        0x40_1004, [1] + ForeignRecords.bytes(0x7ffc) + [8], inputs: [0], outputs: [31, 32, 63, 64])
      + ForeignRecords.cvp(0x40_1008, [3, 0])
      + ForeignRecords.cvp(0x40_100c, [5, 1] + ForeignRecords.bytes(0xffff_0000_0000_1000), inputs: [30])
      + ForeignRecords.cvp(
        0xffff_0000_0000_1000, [2] + ForeignRecords.bytes(0x9000) + [16], inputs: [1, 33])
    #expect(
      try imported(bytes, as: .cvp).items == [
        .access(.fetch, 0x40_1000, 4), .access(.fetch, 0x40_1004, 4), .access(.load, 0x7ffc, 8),
        .access(.fetch, 0x40_1008, 4), .access(.fetch, 0x40_100c, 4),
        .access(.fetch, 0xffff_0000_0000_1000, 4), .access(.store, 0x9000, 16),
      ])
  }

  @Test func clearingABlockOf64BytesStoresWithinIt() throws {
    func store(_ inputs: [UInt8]) -> [UInt8] {
      ForeignRecords.cvp(0x40_1000, [2] + ForeignRecords.bytes(0x1ff8) + [64], inputs: inputs)
    }
    #expect(try imported(store([1]), as: .cvp).items.last == .access(.store, 0x1fc0, 64))
    #expect(try imported(store([1, 32]), as: .cvp).items.last == .access(.store, 0x1ff8, 64))
  }

  @Test(arguments: [
    (ForeignRecords.cvp(0x40_1002, [0]), 0), (ForeignRecords.cvp(1 << 60, [0]), 0),
    (ForeignRecords.cvp(0x40_1000, [9]), 8), (ForeignRecords.cvp(0x40_1000, [3, 2]), 9),
    (ForeignRecords.cvp(0x40_1000, [1] + ForeignRecords.bytes(1 << 60) + [8]), 9),
    (ForeignRecords.cvp(0x40_1000, [0], inputs: [65]), 10),
    (ForeignRecords.cvp(0x40_1000, [0], outputs: [1, 255]), 12),
  ])
  func anImpossibleRecordIsNamedWithItsPlace(record: [UInt8], byte: Int) {
    let good = ForeignRecords.cvp(0x40_1000, [0])
    let error = #expect(throws: ImportError.self) { try imported(good + record, as: .cvp) }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == .init(file: "sample", record: 2, byte: UInt64(good.count + byte)))
  }

  /// The last register gives the length of its value, whichever it is and however many there are.
  @Test func anyNumberOfRegistersIsRead() throws {
    for count in 1...20 {
      for register in 0...64 as ClosedRange<UInt8> {
        var registers = [UInt8](repeating: 1, count: count)
        registers[count / 2] = register
        let record = ForeignRecords.cvp(0x40_1000, [0], inputs: registers, outputs: registers)
        let next = ForeignRecords.cvp(0x40_1004, [0])
        #expect(
          try imported(record + next, as: .cvp).items == [
            .access(.fetch, 0x40_1000, 4), .access(.fetch, 0x40_1004, 4),
          ])
      }
    }
  }

  @Test func aRegisterAbove64IsNamedWithItsPlace() throws {
    for count in 1...20 {
      for place in 0..<count {
        for register in [65, 96, 127, 128, 192, 255] as [UInt8] {
          var registers = [UInt8](repeating: 64, count: count)
          registers[place] = register
          let record = ForeignRecords.cvp(0x40_1000, [0], inputs: registers)
          let error = #expect(throws: ImportError.self) { try imported(record, as: .cvp) }
          guard case .malformedRecord(let found, "a register, 0 to 64", _) = error else {
            Issue.record("\(String(describing: error))")
            return
          }
          #expect(found.byte == UInt64(10 + place))
        }
      }
    }
  }

  @Test func theLongestRecordIsRead() throws {
    let most = [UInt8](repeating: 40, count: 255)
    let record = ForeignRecords.cvp(
      0x40_1000, [1] + ForeignRecords.bytes(0x7000) + [8], inputs: most, outputs: most)
    #expect(try imported(record + record, as: .cvp).items.count == 4)
  }
}
