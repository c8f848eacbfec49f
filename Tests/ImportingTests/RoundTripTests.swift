import Addressing
import Importing
import Testing
import Traces

@Suite struct RoundTripTests {
  /// Every kind of event, with extreme values.
  private static let events: [Event] = [
    .map(VirtualAddress(0x1000), length: 8192, [.read, .write], .anonymous),
    .map(VirtualAddress(0xffff_8000_0000_0000), length: .max, [], .huge1G),
    .unmap(VirtualAddress(0), length: 0),
    .protect(VirtualAddress(0x1000), length: 4096, [.read, .write, .execute]),
    .protect(VirtualAddress(0x1000), length: 4096, .execute),
    .remap(VirtualAddress(0x1000), oldLength: 1, to: VirtualAddress(0x5000), newLength: 2),
    .programBreak(VirtualAddress(0x40_0000)),
    .advise(VirtualAddress(0x1000), length: 4096, .discard),
    .advise(VirtualAddress(0x1000), length: 4096, .free),
    .advise(VirtualAddress(0x1000), length: 4096, .hugePages),
    .advise(VirtualAddress(0x1000), length: 4096, .noHugePages),
    .clone(child: .max, sharesMemory: true), .clone(child: 0, sharesMemory: false),
    .exit(wholeProcess: true), .exit(wholeProcess: false),
    .tableStore(RealAddress(0x1ff8), width: 8, value: .max),
    .tableLinked(RealAddress(0x2000), level: 4, entries: [], storesBefore: 3),
    .tableLinked(
      RealAddress(0x2000), level: 1,
      entries: [TableEntry(index: 0, value: 7), TableEntry(index: 511, value: 0x8000_0000_0000_0067)],
      storesBefore: 0),
    .tableUnlinked(RealAddress(0x2000)), .rootRetired(RealAddress(0x3000)),
    .controlRegister(.cr0, value: 1), .controlRegister(.cr3, value: 0x8000_0000_0000_3000),
    .controlRegister(.cr4, value: 2), .controlRegister(.efer, value: 3),
    .invalidatePage(VirtualAddress(0xffff_ffff_ffff_f000)),
    .invalidateContext(type: 3, pcid: 4095, VirtualAddress(0x1000)),
    .pageFault(VirtualAddress(0x1000), errorCode: nil, privilege: nil, instruction: nil),
    .pageFault(VirtualAddress(0x1000), errorCode: 6, privilege: 3, instruction: VirtualAddress(0x40_1000)),
    .memorySlot(RealAddress(0), length: 1 << 32, isDevice: false),
    .memorySlot(RealAddress(0xfee0_0000), length: 4096, isDevice: true),
    .shootdown(vcpus: .max), .translation(VirtualAddress(0x7fff_1000), RealAddress(0x9000)),
    .phase(7), .gap(records: nil), .gap(records: 12),
  ]

  private static func items(seed: UInt64) -> [Item] {
    var random = SplitMix64(seed: seed)
    func owner() -> Owner {
      func part() -> UInt32? { Bool.random(using: &random) ? nil : UInt32.random(in: 0...3, using: &random) }
      return Owner(vm: part(), vcpu: part(), addressSpace: part(), thread: part())
    }
    var current = owner()
    return (0..<3000).map { _ in
      if Int.random(in: 0..<5, using: &random) == 0 { current = owner() }
      if Int.random(in: 0..<8, using: &random) == 0 {
        let other = Bool.random(using: &random) ? owner() : current
        return .event(events.randomElement(using: &random)!, other)
      }
      let address = UInt64(
        bitPattern: Int64(bitPattern: random.next()) >> Int64.random(in: 8...60, using: &random))
      return .access(
        AccessKind.allCases.randomElement(using: &random)!, address,
        UInt16.random(in: 0...4096, using: &random),
        current)
    }
  }

  @Test(arguments: [ExportFormat.text, .csv], 1...4 as ClosedRange<UInt64>)
  func importingAnExportGivesTheSame(format: ExportFormat, seed: UInt64) throws {
    let items = Self.items(seed: seed)
    #expect(try imported(exported(items, as: format)).items == items, "seed \(seed)")
  }

  @Test func importingDinGivesKindsAndAddresses() throws {
    let items = Self.items(seed: 9)
    let expected: [Item] = items.compactMap { item in
      guard case .access(let access, _) = item else { return nil }
      return .access(access.kind == .modify ? .store : access.kind, access.address.rawValue, 0)
    }
    #expect(try imported(exported(items, as: .din)).items == expected)
  }

  @Test func dinTellsWhatItCannotHold() {
    var exporter = ExportFormat.din.makeExporter()
    var output: [UInt8] = []
    exporter.append(
      block([.access(.modify, 0x1000, 8), .event(.exit(wholeProcess: true)), .access(.load, 0xabc, 8)]),
      into: &output)
    #expect(String(decoding: output, as: UTF8.self) == "1 1000\n0 abc\n")
    #expect(exporter.remarks.count == 2)
  }

  @Test(arguments: EventKind.allCases) func everyKindOfEventIsTried(kind: EventKind) {
    #expect(Self.events.contains { EventKind($0) == kind })
  }
}
