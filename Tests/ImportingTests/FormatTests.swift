import Addressing
import Importing
import Testing

@Suite struct FormatTests {
  @Test func dinGivesKindsAndAddressesWithoutSizes() throws {
    let result = try imported("0 7fff0010\n1 7FFF0018 rest\n 2 401000\r\n\n4 0\n3 10\n")
    #expect(
      result.items == [
        .access(.load, 0x7fff_0010, 0), .access(.store, 0x7fff_0018, 0), .access(.fetch, 0x40_1000, 0),
      ])
    #expect(result.remarks == ["2 lines were left out: labels 3 to 5 are no memory accesses"])
  }

  /// Read bit by bit, by the standard library's own rules, for numbers of every length in either case.
  @Test func hexadecimalNumbersOfAllLengthsAreRead() throws {
    var random = SplitMix64(seed: 3)
    var text = ""
    var expected: [Item] = []
    for round in 0..<2000 {
      let bits = UInt64.random(in: 0..<1 << 56, using: &random) >> UInt64(round % 56)
      let digits = String(bits, radix: 16, uppercase: round % 3 == 0)
      text += "0 " + String(repeating: "0", count: round % 11) + digits + (round % 2 == 0 ? "\n" : " rest\n")
      expected.append(.access(.load, bits, 0))
    }
    text += "0 ffFFffFFffFFff0f\n"
    expected.append(.access(.load, 0xffff_ffff_ffff_ff0f, 0))
    #expect(try imported(text).items == expected)
  }

  @Test func noOtherByteIsTakenForAHexadecimalDigit() throws {
    let digits = Set("0123456789abcdefABCDEF".utf8)
    let ends: Set<UInt8> = [0x09, 0x0a, 0x0d, 0x20]
    for byte in UInt8.min...UInt8.max where !digits.contains(byte) && !ends.contains(byte) {
      for place in 0..<12 {
        var line = Array("0 123456789abc\n1 5\n".utf8)
        line[2 + place] = byte
        let error = #expect(throws: ImportError.self) { try imported(line, as: .din) }
        guard case .malformed(let found, _, _) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(found.line == 1 && found.byte == 2, "byte \(byte) at \(place)")
      }
    }
    #expect(throws: ImportError.self) { try imported("0 10000000000000000\n", as: .din) }
    #expect(throws: ImportError.self) { try imported("0 1234567890abcdef12345678\n", as: .din) }
  }

  @Test func xdinGivesHexadecimalSizes() throws {
    let result = try imported("r 0x7fff0010 8\nW 7fff0018 10\ni 401000 0x3 rest\nm 1 1\n")
    #expect(
      result.items == [
        .access(.load, 0x7fff_0010, 8), .access(.store, 0x7fff_0018, 16), .access(.fetch, 0x40_1000, 3),
      ])
    #expect(result.remarks == ["1 line was left out: labels m, c and v are no memory accesses"])
  }

  @Test func textHoldsAnOwnerUntilTheNext() throws {
    let text = """
      load 4096          # a comment
      vm 0 vcpu 3 process 1 thread 9 store 0x2000 8
      fetch,0x3000,4
      vm 1
      modify 0x4000 2
      unknown exit process
      vm 0 process 1 map 0x10000 8K rw anonymous

      """
    let full = Owner(vm: 0, vcpu: 3, addressSpace: 1, thread: 9)
    #expect(
      try imported(text).items == [
        .access(.load, 4096, 0), .access(.store, 0x2000, 8, full), .access(.fetch, 0x3000, 4, full),
        .access(.modify, 0x4000, 2, Owner(vm: 1)), .event(.exit(wholeProcess: true)),
        .event(
          .map(VirtualAddress(0x10000), length: 8192, [.read, .write], .anonymous),
          Owner(vm: 0, addressSpace: 1)),
      ])
  }

  @Test(arguments: [
    "lode 0x1000 8", "load", "load here 8", "load 0x1000 4097", "load 0x1000 8 9", "load 0x8000000000000000",
    "load 0x10000000000000000", "vm load 0x1000", "vm 4294967296 load 0x1000", "map 0x1000 4096 rw",
    "map 0x1000 4096 wr anonymous", "map 0x1000 4096 rw paper", "exit", "exit maybe",
    "table-linked 0x1000 1 0 512=1",
    "table-linked 0x1000 1 0 5", "page-fault 0x1000 4 4 0", "gap", "unmap 0x1000 18446744073709551616",
    "phase -1",
    "unmap 0x1000 18446744073709551615K", "table-store 0x1000 3 1", "table-linked 0x1000 0 0",
    "table-linked 0x1000 1 0 5=0",
    "table-linked 0x1000 1 0 5=1 4=1",
  ])
  func textRefusesNonsenseAndSaysWhere(line: String) {
    let error = #expect(throws: ImportError.self) { try imported("load 0x1000 8\n\(line)\n") }
    guard case .malformed(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == 2)
    #expect(place.byte >= 14)
  }

  @Test(arguments: [
    "0,,,,load,0x1000,8", "x,,,,load,0x1000,8,", ",,,,load,,8,", ",,,,load,0x1000,8,9", ",,,,,,,",
    ",,,,sing,,,",
  ])
  func csvRefusesNonsense(row: String) {
    #expect(throws: ImportError.self) {
      try imported("vm,vcpu,process,thread,kind,address,size,operands\n\(row)\n")
    }
  }

  @Test func aLongLineIsReadAndATooLongOneRefused() throws {
    let comment = "# " + String(repeating: "x", count: 700_000) + "\n"
    #expect(try imported("load 1\n" + comment + "load 2\n").items.count == 2)
    let tooLong = "# " + String(repeating: "x", count: 1 << 21) + "\n"
    #expect(throws: ImportError.lineTooLong(at: .init(file: "sample", line: 2, byte: 7), limit: 1 << 20)) {
      try imported("load 1\n" + tooLong)
    }
  }

  /// A hundred thousand lines are several buffers and several blocks.
  @Test(arguments: ImportFormat.allCases)
  func longInputsKeepEveryRecordInOrder(format: ImportFormat) throws {
    let addresses = (0..<100_000).map { UInt64($0) * 24 + 4096 }
    let records = addresses.map { address -> [UInt8] in
      let hexadecimal = String(address, radix: 16)
      return switch format {
      case .lackey: Array(" L \(hexadecimal),8\n".utf8)
      case .din: Array("0 \(hexadecimal)\n".utf8)
      case .xdin: Array("r \(hexadecimal) 8\n".utf8)
      case .champsim: ForeignRecords.champSim(0, loads: [address])
      case .champsimCloudsuite: ForeignRecords.cloudSuite(0, loads: [address])
      case .pinatrace: Array("0x401000: R 0x\(hexadecimal)\n".utf8)
      case .cvp: ForeignRecords.cvp(address & ~3, [1] + ForeignRecords.bytes(address) + [8])
      case .drmemtrace: ForeignRecords.drmemtrace(0, 8, address)
      case .gem5: ForeignRecords.gem5Packet(1, address, 8)
      case .sift: ForeignRecords.sift(0x40_1000, size: 8, [address])
      case .text: Array("load 0x\(hexadecimal) 8\n".utf8)
      case .csv: Array("0,,,,load,0x\(hexadecimal),8,\n".utf8)
      }
    }
    let header: [UInt8] =
      switch format {
      case .csv: Array("vm,vcpu,process,thread,kind,address,size,operands\n".utf8)
      case .gem5: ForeignRecords.gem5Header
      case .sift: ForeignRecords.siftHeader()
      default: []
      }
    var bytes = header + records.joined()
    if format == .drmemtrace {
      bytes = ForeignRecords.drmemtrace(25, 0, 7) + bytes + ForeignRecords.drmemtrace(26, 0, 0)
    }
    let items = try imported(bytes, as: format).items
    let owner = format == .csv ? Owner(vm: 0) : .unknown
    let size: UInt16 = [.din, .champsim, .champsimCloudsuite, .pinatrace, .sift].contains(format) ? 0 : 8
    let loads = items.filter { if case .access(let access, _) = $0 { access.kind == .load } else { false } }
    #expect(loads == addresses.map { .access(.load, $0, size, owner) })
  }

  /// Cut anywhere, an input gives a prefix of its records, or an error with a place, and never something else.
  @Test(arguments: ImportFormat.allCases.filter { !$0.isBinary })
  func anInputCutAtAnyByteGivesWholeLinesOrAnError(format: ImportFormat) throws {
    let sample = samples[format]!
    let whole = try imported(samples[format]!, as: format).items
    var seen: [Item] = []
    for length in 1..<sample.count {
      let cut = Array(sample[..<length])
      var importer = format.makeImporter(ByteInput(cut, name: "cut"))
      var window = RecordWindow()
      var items: [Item] = []
      let isWhole = cut.last == 0x0a
      do {
        try importer.deliver(&window) { items += Item.all(of: $0) }
        #expect(isWhole, "cut at \(length)")
        seen = items
      } catch let error as ImportError {
        #expect(!isWhole, "cut at \(length)")
        guard case .cutShort(let place) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(place.line == UInt64(cut.count { $0 == 0x0a }) + 1)
      }
      #expect(whole.starts(with: items))
    }
    #expect(seen.count == whole.count - 1)
  }
}
