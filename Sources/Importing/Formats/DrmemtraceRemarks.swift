import Addressing

/// What of drmemtrace files did not become records or events.
struct DrmemtraceRemarks {
  var prefetches: UInt64 = 0
  var flushes: UInt64 = 0
  var splits: UInt64 = 0
  private var isFiltered = false
  private var isWholeSystem = false

  mutating func note(fileType: UInt64) {
    typealias FileType = DrmemtraceRecord.FileType
    if fileType & (FileType.filteredInstructions | FileType.filteredData) != 0 { isFiltered = true }
    if fileType & FileType.wholeSystem != 0 { isWholeSystem = true }
  }

  static func += (sum: inout DrmemtraceRemarks, other: DrmemtraceRemarks) {
    sum.prefetches += other.prefetches
    sum.flushes += other.flushes
    sum.splits += other.splits
    sum.isFiltered = sum.isFiltered || other.isFiltered
    sum.isWholeSystem = sum.isWholeSystem || other.isWholeSystem
  }

  var remarks: [String] {
    let counts: [(UInt64, one: String, many: String, what: String)] = [
      (
        prefetches, "prefetch was", "prefetches were",
        "left out: they fault never, and machines may ignore them"
      ),
      (flushes, "record of a cache flush was", "records of cache flushes were", "left out"),
      (splits, "access of more than 4096 bytes was", "accesses of more than 4096 bytes were", "split"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0.counting($0.one, $0.many)) \($0.what)" }
      + (isFiltered ? ["the recorder left out what hit a cache: these are not all accesses"] : [])
      + (isWholeSystem ? ["this is of a whole system: --scope whole-system says so in the trace"] : [])
  }
}
