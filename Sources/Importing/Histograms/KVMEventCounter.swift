/// Counts what KVM's tracepoints tell of its second stage: by page of the guest's real memory, the faults, and how the
/// entries of the real map table changed. They come without the accesses between them, and the guest of a host with
/// several is not told; so they are counts, and no trace.
///
/// Read are, as their format strings in the kernel have them: `kvm_page_fault` (`address`, `error_code`, of which bit 1
/// is a write, in EPT's exit qualification as in page-fault codes), `kvm_mmu_set_spte` (`gfn`) and
/// `kvm_tdp_mmu_spte_changed` (`gfn`, `level`, `old_spte`, `new_spte`), which KVM writes for one change both where both
/// are on. Every event counts in a total by its name, `kvm_exit` by its reason too [V, `arch/x86/kvm/trace.h` and
/// `arch/x86/kvm/mmu/mmutrace.h` of Linux at 03ab8e6297ac].
///
/// Addresses of faults are real ones under two-dimensional paging alone; under shadow paging KVM writes the virtual ones.
enum KVMEventCounter: PageCounter {
  private enum Column: UInt64, CaseIterable {
    case faults, writeFaults, entriesSet
    /// An entry that maps a page came, by size; changed; and went.
    case mapped4K, mapped2M, mapped1G, changed, unmapped

    var name: String {
      switch self {
      case .faults: "faults"
      case .writeFaults: "write_faults"
      case .entriesSet: "entries_set"
      case .mapped4K: "mapped_4K"
      case .mapped2M: "mapped_2M"
      case .mapped1G: "mapped_1G"
      case .changed: "changed"
      case .unmapped: "unmapped"
      }
    }

    var bit: UInt64 { 1 << rawValue }
  }

  static var columns: [String] { Column.allCases.map(\.name) }

  static var contents: String { "events of KVM" }

  static func recognises(_ line: Range<Int>, _ bytes: [UInt8]) -> Bool {
    guard let event = TracepointLine(line, bytes)?.event else { return false }
    return bytes.matches("kvm_", event.lowerBound, event.upperBound)
  }

  static func count(_ line: Range<Int>, _ bytes: [UInt8], _ tally: inout PageTally) throws(Malformed) -> Bool
  {
    guard let event = TracepointLine(line, bytes) else { return tally.count(total: "lines without an event") }
    let name = bytes.text(event.event)
    guard tally.count(total: name) else { return false }
    switch name {
    case "kvm_exit":
      guard let reason = event.text("reason", bytes) else { return true }
      return tally.count(total: "kvm_exit \(bytes.text(reason))")
    case "kvm_page_fault":
      let isWrite = try event.hexadecimal("error_code", bytes) & 2 != 0
      return tally.count(
        try event.hexadecimal("address", bytes), Column.faults.bit | (isWrite ? Column.writeFaults.bit : 0))
    case "kvm_mmu_set_spte":
      return tally.count(try address(event, bytes), Column.entriesSet.bit)
    case "kvm_tdp_mmu_spte_changed":
      guard let column = try change(event, bytes) else { return true }
      return tally.count(try address(event, bytes), column.bit)
    default: return true
    }
  }

  private static func address(_ event: TracepointLine, _ bytes: [UInt8]) throws(Malformed) -> UInt64 {
    let frame = try event.hexadecimal("gfn", bytes)
    guard frame >> 52 == 0 else {
      throw Malformed(index: event.fields.lowerBound, expected: "a gfn of 52 bits")
    }
    return frame << 12
  }

  /// What became of a page's mapping; nil where entries that link tables changed, or others that map nothing.
  private static func change(_ event: TracepointLine, _ bytes: [UInt8]) throws(Malformed) -> Column? {
    let level = try event.hexadecimal("level", bytes)
    let old = try event.hexadecimal("old_spte", bytes)
    let new = try event.hexadecimal("new_spte", bytes)
    switch (maps(old, level), maps(new, level)) {
    case (true, true): return .changed
    case (true, false): return .unmapped
    case (false, false): return nil
    case (false, true):
      switch level {
      case 1: return .mapped4K
      case 2: return .mapped2M
      case 3: return .mapped1G
      default: throw Malformed(index: event.fields.lowerBound, expected: "a page at level 1, 2 or 3")
      }
    }
  }

  /// Whether an entry is present (bit 11, `SPTE_MMU_PRESENT_MASK`) and maps a page: at level 1, or large (bit 7) [V,
  /// `arch/x86/kvm/mmu/spte.h`, Linux 5.13 and later].
  private static func maps(_ entry: UInt64, _ level: UInt64) -> Bool {
    entry & 1 << 11 != 0 && (level == 1 || entry & 1 << 7 != 0)
  }
}
