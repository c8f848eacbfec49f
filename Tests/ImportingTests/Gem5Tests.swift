import Addressing
import Importing
import Testing
import Traces

@Suite struct Gem5Tests {
  @Test func requestsBecomeAccessesAtPhysicalAddresses() throws {
    let bytes =
      ForeignRecords.gem5Header + ForeignRecords.gem5Packet(1, 0x8000_0040, 64)
      + ForeignRecords.gem5Packet(1, 0x10_0000, 4, flags: 0x100)
      + ForeignRecords.gem5Packet(4, 0xff_ffff_f000, 8, flags: 0x400)
    #expect(ImportFormat.gem5.addressKind == .real)
    #expect(
      try imported(bytes).items == [
        .access(.load, 0x8000_0040, 64), .access(.fetch, 0x10_0000, 4), .access(.store, 0xff_ffff_f000, 8),
      ])
  }

  /// The two packets of gem5's own `tests/gem5/memory/tgen-simple-mem.trc`, byte by byte as gem5 publishes them.
  @Test func gem5sOwnSampleIsRead() throws {
    let bytes =
      [0x67, 0x65, 0x6d, 0x35, 0x29, 0x0a, 0x20] + Array("Converted ASCII trace output.txt".utf8)
      + [0x18, 0x80, 0xa0, 0x94, 0xa5, 0x8d, 0x1d]
      + [0x0c, 0x08, 0xe8, 0x07, 0x10, 0x01, 0x18, 0xe7, 0x8a, 0x8d, 0x09, 0x20, 0x40]
      + [0x0b, 0x08, 0xa0, 0x1f, 0x10, 0x04, 0x18, 0xef, 0xfd, 0x02, 0x20, 0x40]
    #expect(
      try imported(bytes).items == [.access(.load, 0x0123_4567, 64), .access(.store, 0xbeef, 64)])
  }

  @Test func whatIsNoAccessOfAProgramIsLeftOutAndCounted() throws {
    let bytes =
      ForeignRecords.gem5Header + ForeignRecords.gem5Packet(22, 0x1000, 64)
      + ForeignRecords.gem5Packet(7, 0x1000, 64) + ForeignRecords.gem5Packet(22, 0x2000, 64)
      + ForeignRecords.gem5Packet(1, 0x3000, 8, flags: 0x2000_0000)
      + ForeignRecords.gem5Packet(1, 0x4000, 8)
    let result = try imported(bytes)
    #expect(result.items == [.access(.load, 0x4000, 8)])
    #expect(
      result.remarks == [
        "packets other than read (1) and write (4) requests were left out: 1 of command 7, 2 of command 22",
        "1 read by a page-table walker was left out",
      ])
  }

  /// gem5 writes them in the order of their numbers; a reader of Protocol Buffers must take any, and the last of two.
  @Test func fieldsStandInAnyOrderAndTheLastOneCounts() throws {
    let fields = [
      ForeignRecords.field(1, 1 << 63), ForeignRecords.field(2, 4), ForeignRecords.field(3, 0x12_3456),
      ForeignRecords.field(4, 300), ForeignRecords.field(5, 0), ForeignRecords.field(6, .max),
      ForeignRecords.field(7, 0x7f),
    ]
    var random = SplitMix64(seed: 4)
    for _ in 0..<200 {
      let packet = ForeignRecords.message(fields.shuffled(using: &random).flatMap(\.self))
      #expect(try imported(ForeignRecords.gem5Header + packet).items == [.access(.store, 0x12_3456, 300)])
    }
    let again = ForeignRecords.message(fields.flatMap(\.self) + fields[1] + ForeignRecords.field(3, 0x40))
    #expect(try imported(ForeignRecords.gem5Header + again).items == [.access(.store, 0x40, 300)])
  }

  /// Numbers of one byte to ten, in gem5's order and in the opposite one.
  @Test func numbersOfAnyLengthAreReadInAnyOrder() throws {
    var random = SplitMix64(seed: 6)
    for _ in 0..<2000 {
      func number(_ bits: ClosedRange<UInt64>) -> UInt64 {
        random.next() >> (64 - UInt64.random(in: bits, using: &random))
      }
      let (tick, address, size) = (number(1...64), number(1...56), number(1...12))
      let (isFetch, counter) = (Bool.random(using: &random), number(1...64))
      var fields = [
        ForeignRecords.field(2, 1), ForeignRecords.field(3, address), ForeignRecords.field(4, size),
      ]
      if Bool.random(using: &random) { fields.insert(ForeignRecords.field(1, tick), at: 0) }
      if isFetch { fields.append(ForeignRecords.field(5, 0x100 | number(1...20) << 30)) }
      if Bool.random(using: &random) { fields.append(ForeignRecords.field(6, number(1...64))) }
      if Bool.random(using: &random) { fields.append(ForeignRecords.field(7, counter)) }
      let expected = Item.access(isFetch ? .fetch : .load, address, UInt16(size))
      for fields in [fields, fields.reversed()] {
        let packet = ForeignRecords.message(fields.flatMap(\.self))
        #expect(try imported(ForeignRecords.gem5Header + packet).items == [expected])
      }
    }
  }

  /// Of three fields, gem5's order, the last one's number ends behind the message.
  @Test func aFieldThatEndsBehindItsMessageIsRefused() {
    let fields = ForeignRecords.field(2, 1) + ForeignRecords.field(3, 0x1000) + ForeignRecords.field(4, 200)
    let packet = [UInt8(fields.count - 1)] + fields
    let error = #expect(throws: ImportError.self) {
      try imported(ForeignRecords.gem5Header + packet + ForeignRecords.gem5Packet(1, 0x1000, 8))
    }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.record == 2)
  }

  @Test func unknownFieldsArePassed() throws {
    let packet = ForeignRecords.message(
      ForeignRecords.field(9, Array("new".utf8)) + ForeignRecords.field(4, 8) + ForeignRecords.field(2, 1)
        + [13 * 8 + 5, 1, 2, 3, 4] + ForeignRecords.field(3, 0x1000) + [14 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try imported(ForeignRecords.gem5Header + packet).items == [.access(.load, 0x1000, 8)])
  }

  @Test(arguments: [
    ForeignRecords.gem5Packet(1, 1 << 60, 8), ForeignRecords.gem5Packet(1, 0x1000, 4097),
    ForeignRecords.gem5Packet(256, 0x1000, 8), ForeignRecords.message(ForeignRecords.field(2, 1)),
    ForeignRecords.message([3 * 8 + 3]), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
    ForeignRecords.varint(1 << 20) + [0],
  ])
  func anImpossiblePacketIsNamedWithItsPlace(packet: [UInt8]) {
    let good = ForeignRecords.gem5Header + ForeignRecords.gem5Packet(1, 0x1000, 8)
    let error = #expect(throws: ImportError.self) { try imported(good + packet, as: .gem5) }
    guard case .malformedRecord(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.record == 3 && place.byte >= good.count)
  }

  @Test func aTraceOfInstructionsIsRefused() {
    let header = ForeignRecords.message(
      ForeignRecords.field(1, Array("cpu".utf8)) + ForeignRecords.field(3, 1000)
        + ForeignRecords.field(4, 128))
    let error = #expect(throws: ImportError.self) { try imported(Array("gem5".utf8) + header) }
    #expect("\(error!)".contains("not of one of instructions"))
  }
}
