import Addressing
import Importing
import Testing

/// Lines as the kernel's and perf's authors show them on public lists, shortened.
private let perf = """
  chromium-browse   46572 [002] 544966.882384:      10000  cpu_core/MEM_UOPS_RETIRED.LOAD_LATENCY/: 7ffdf1391b0c     10268100142 |OP LOAD|LVL L1 hit|SNP None|TLB L1 or L2 hit|LCK No|BLK  N/A    5   7    0   7fad7c47425d [unknown] (/usr/lib64/libglib-2.0.so)
  \t7ffdf1391ff8      10650100842 |OP LOAD|LVL L3 or L3 hit|SNP None|TLB L2 miss|LCK No|BLK  N/A     144
  sve-test 6516696.714341: ffffb33a850078a0 288100144 |OP STORE|LVL L1 hit|SNP None|TLB Walker hit|LCK No|BLK  N/A|AFF N/A
  # a comment
  ls 14753 [011]  3678.072400: 1 l1d-access: 0 5080022 |OP LOAD|LVL L1 hit|SNP N/A|TLB N/A|LCK N/A|BLK  N/A

  """

private let kvm = """
  # tracer: nop
  cpus=256
         CPU 5/KVM-4145    [002] .....    86.581928: kvm_page_fault: vcpu 5 rip 0x7f08a4602116 address 0x0000000113600002 error_code 0x181
         CPU [x]/KVM-4150    [001] .....    86.581936: kvm_page_fault: vcpu 7 rip 0xffffffff81511f37 address 0x0000000113600000 error_code 0x182
    qemu-system-x86-23579 [005] 22018.775585: kvm_page_fault:       address 100a000 error_code 2
    qemu 123 [008] 1.1: kvm:kvm_exit: reason EPT_VIOLATION rip 0x1
   VCPU-0-61883   [078] ..... 72276.127008: kvm_tdp_mmu_spte_changed: as id 0 gfn 800 level 2 old_spte 100b1b16827 new_spte 100b4a00ea7
   VCPU-0-61883   [078] ..... 72276.127009: kvm_tdp_mmu_spte_changed: as id 0 gfn 800 level 1 old_spte 1003eb27e67 new_spte 5a0
   VCPU-0-61883   [078] ..... 72276.127010: kvm_tdp_mmu_spte_changed: as id 0 gfn 803 level 1 old_spte 0 new_spte 5a0
   VCPU-0-61883   [078] ..... 72276.127090: kvm_mmu_set_spte: gfn 800 spte 100b4a00ea7 (rwxu) level 2 at 10052fa5020
   VCPU-0-61883   [078] ..... 72276.127091: kvm_fpu: unload

  """

@Suite struct HistogramTests {
  private func csv(_ text: String, _ format: HistogramFormat? = nil, pageShift: Int = 12) throws -> String {
    let input = ByteInput(Array(text.utf8), name: "sample")
    let format = try format ?? HistogramFormat(recognising: input)
    return String(decoding: try PageHistogram(input, format: format, pageShift: pageShift).csv, as: UTF8.self)
  }

  @Test func samplesOfPerfAreCountedByPage() throws {
    #expect(
      try csv(perf) == """
        # lines without a sample: 1
        # samples without an address: 1
        page,samples,loads,stores,dtlb_l1_hits,dtlb_l2_hits,dtlb_l1_or_l2_hits,dtlb_misses,dtlb_unknown
        0x7ffdf1391000,2,2,0,0,0,1,1,0
        0xffffb33a85007000,1,0,1,0,0,0,1,0

        """)
  }

  @Test func aFormatThatTheInputIsNotOfIsRefused() {
    func nothing(of format: HistogramFormat, _ other: HistogramFormat?) -> ImportError {
      .nothingOfFormat(file: "sample", format, other: other)
    }
    #expect(throws: nothing(of: .kvm, .perfMem)) { try csv(perf, .kvm) }
    #expect(throws: nothing(of: .perfMem, .kvm)) { try csv(kvm, .perfMem) }
    #expect(throws: nothing(of: .kvm, nil)) { try csv("text\n", .kvm) }
  }

  @Test func eventsOfKVMAreCountedByRealPage() throws {
    #expect(
      try csv(kvm) == """
        # kvm_exit: 1
        # kvm_exit EPT_VIOLATION: 1
        # kvm_fpu: 1
        # kvm_mmu_set_spte: 1
        # kvm_page_fault: 3
        # kvm_tdp_mmu_spte_changed: 3
        # lines without an event: 2
        page,faults,write_faults,entries_set,mapped_4K,mapped_2M,mapped_1G,changed,unmapped
        0x800000,0,0,1,0,1,0,0,1
        0x100a000,1,1,0,0,0,0,0,0
        0x113600000,2,1,0,0,0,0,0,0

        """)
  }

  @Test func pagesMayBeLarger() throws {
    #expect(try csv(kvm, pageShift: 30).contains("\n0x100000000,2,1,"))
    #expect(try csv(kvm, pageShift: 30).contains("\n0x0,1,1,1,0,1,0,0,1\n"))
  }

  @Test func anImportOfEitherIsRefusedAndToldWhatReadsIt() throws {
    for (text, what) in [(perf, "samples of perf"), (kvm, "events of KVM")] {
      #expect(throws: ImportError.noTrace(file: "sample", holds: what)) { try imported(text) }
    }
    #expect(
      ImportFormat.allCases.allSatisfy { !$0.recognises(Array(perf.utf8)) && !$0.recognises(Array(kvm.utf8)) }
    )
  }

  @Test(arguments: ImportFormat.allCases)
  func noTraceIsTakenForAHistogram(format: ImportFormat) {
    #expect(throws: ImportError.noHistogram(file: "sample")) {
      try HistogramFormat(recognising: ByteInput(samples[format]!, name: "sample"))
    }
  }

  @Test(arguments: [
    (HistogramFormat.perfMem, "ls 1: l1d-access: 88000182 |OP LOAD|LVL\n"), (.perfMem, "7f00 x |OP LOAD\n"),
    (.kvm, "a-1 [000] 1.0: kvm_page_fault: address 1000\n"),
    (.kvm, "a-1 [000] 1.0: kvm_page_fault: address x error_code 1\n"),
    (.kvm, "a-1 [000] 1.0: kvm_mmu_set_spte: gfn 10000000000000 level 1\n"),
    (.kvm, "a-1 [000] 1.0: kvm_tdp_mmu_spte_changed: gfn 1 level 4 old_spte 0 new_spte 880\n"),
  ])
  func anImpossibleLineIsNamedWithItsPlace(format: HistogramFormat, line: String) {
    let error = #expect(throws: ImportError.self) { try csv("\n" + line, format) }
    guard case .malformed(let place, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == 2 && place.byte >= 1)
  }

  @Test func memoryIsBounded() {
    let lines = (0..<(1 << 19) + 1).map { "\(String(($0 + 1) << 12, radix: 16)) 2 |OP LOAD\n" }.joined()
    let error = #expect(throws: ImportError.self) { try csv(lines, .perfMem) }
    guard case .tooManyPages(let place, 1 << 19) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.line == (1 << 19) + 1)
  }

  @Test(arguments: HistogramFormat.allCases)
  func damageGivesCountsOrATypedErrorWithItsPlace(format: HistogramFormat) throws {
    let sample = Array((format == .kvm ? kvm : perf).utf8)
    var random = SplitMix64(seed: 6)
    let cut = sample.indices.map { Array(sample[..<$0]) }
    let corrupt = (0..<10_000).map { _ in
      var bytes = sample
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      return bytes
    }
    for bytes in cut + corrupt {
      do throws(ImportError) {
        _ = try PageHistogram(ByteInput(bytes, name: "sample"), format: format, pageShift: 12)
      } catch {
        switch error {
        case .malformed(let place, _, _), .cutShort(let place):
          #expect(place.byte <= bytes.count && place.line >= 1)
        case .nothingOfFormat(_, let named, _): #expect(named == format)
        default: Issue.record("\(error)")
        }
      }
    }
  }
}
