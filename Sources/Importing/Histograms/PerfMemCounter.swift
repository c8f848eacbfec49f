/// Counts samples of memory accesses as `perf script` prints those of `perf mem record`: by page of the data address,
/// how many, loads and stores, and what the data TLB did.
///
/// A line ends with, among others, the fields `addr` and `data_src`: `ADDRESS SOURCE |OP LOAD|LVL …`, both numbers
/// hexadecimal [V, `tools/perf/builtin-script.c`]. The source is `union perf_mem_data_src`: operation in bits 0 to 4,
/// data TLB in bits 26 to 32 [V, `include/uapi/linux/perf_event.h`]. Samples are some of the accesses, chosen by the
/// processor: no misses can be replayed from them.
enum PerfMemCounter: PageCounter {
  private enum Column: UInt64, CaseIterable {
    case samples, loads, stores
    /// Hits of the first level, the second, and one of both that the processor does not tell apart.
    case dtlbL1Hits, dtlbL2Hits, dtlbL1OrL2Hits
    /// Misses of all levels: walks and faults.
    case dtlbMisses
    case dtlbUnknown

    var name: String {
      switch self {
      case .samples: "samples"
      case .loads: "loads"
      case .stores: "stores"
      case .dtlbL1Hits: "dtlb_l1_hits"
      case .dtlbL2Hits: "dtlb_l2_hits"
      case .dtlbL1OrL2Hits: "dtlb_l1_or_l2_hits"
      case .dtlbMisses: "dtlb_misses"
      case .dtlbUnknown: "dtlb_unknown"
      }
    }

    var bit: UInt64 { 1 << rawValue }
  }

  static var columns: [String] { Column.allCases.map(\.name) }

  static var contents: String { "samples of perf" }

  static func recognises(_ line: Range<Int>, _ bytes: [UInt8]) -> Bool {
    guard let mark = mark(line, bytes) else { return false }
    return (try? sample(line, mark, bytes)) != nil
  }

  static func count(_ line: Range<Int>, _ bytes: [UInt8], _ tally: inout PageTally) throws(Malformed) -> Bool
  {
    guard let mark = mark(line, bytes) else { return tally.count(total: "lines without a sample") }
    let (address, source) = try sample(line, mark, bytes)
    // perf writes 0 where the processor gave no address.
    if address == 0 { return tally.count(total: "samples without an address") }
    var columns = Column.samples.bit | dtlb(source).bit
    if source & 2 != 0 { columns |= Column.loads.bit }
    if source & 4 != 0 { columns |= Column.stores.bit }
    return tally.count(address, columns)
  }

  /// Where the words of the source begin.
  private static func mark(_ line: Range<Int>, _ bytes: [UInt8]) -> Int? {
    let bar = bytes.position(of: 0x7c, from: line.lowerBound, before: line.upperBound)
    return bytes.matches("|OP ", bar, line.upperBound) ? bar : nil
  }

  /// The two numbers before the mark.
  private static func sample(
    _ line: Range<Int>, _ mark: Int, _ bytes: [UInt8]
  ) throws(Malformed) -> (address: UInt64, source: UInt64) {
    var end = mark
    guard let source = number(before: &end, line, bytes), let address = number(before: &end, line, bytes)
    else {
      throw Malformed(
        index: end, expected: "an address and a data source, as perf script -F +addr,+data_src prints them")
    }
    return (address, source)
  }

  /// The hexadecimal number that ends, but for blanks, before `end`, which is left where it begins.
  private static func number(before end: inout Int, _ line: Range<Int>, _ bytes: [UInt8]) -> UInt64? {
    var last = end
    while last > line.lowerBound, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
    var first = last
    while first > line.lowerBound, bytes[first - 1] > 0x20 { first -= 1 }
    var at = first
    guard let number = bytes.hexadecimal(&at, last), at == last else { return nil }
    end = first
    return number
  }

  private static func dtlb(_ source: UInt64) -> Column {
    let bits = source >> 26 & 0x7f
    // Miss, hardware walker, fault handler.
    if bits & (4 | 32 | 64) != 0 { return .dtlbMisses }
    switch bits & (2 | 8 | 16) {
    case 2 | 8: return .dtlbL1Hits
    case 2 | 16: return .dtlbL2Hits
    case 2 | 8 | 16: return .dtlbL1OrL2Hits
    default: return .dtlbUnknown
    }
  }
}
