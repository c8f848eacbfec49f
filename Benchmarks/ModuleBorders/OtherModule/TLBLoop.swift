public import Addressing

#if !OWN_MODULE
  import TranslationCaches
#endif

/// A two-level LRU TLB over page runs, 64x4 before 1536x12: what the replay does for each run, with the types of the
/// inner loop.
public struct TLBLoop {
  private var first: TLBLevel
  private var second: TLBLevel

  public init() throws {
    first = try TLBLevel(small: Geometry(entries: 64, ways: 4), policy: .lru, seed: 1)
    second = try TLBLevel(small: Geometry(entries: 1536, ways: 12), policy: .lru, seed: 2)
  }

  /// Looks every run up, and fills what missed; the misses of each level.
  public mutating func replay(_ runs: [PageRun]) -> (first: Int, second: Int) {
    var misses = (first: 0, second: 0)
    for run in runs where first.lookup(context: 1, page: run.page) == nil {
      misses.first += 1
      let entry: TLBEntry
      if let held = second.lookup(context: 1, page: run.page) {
        entry = held.entry
      } else {
        misses.second += 1
        entry = TLBEntry(
          base: PhysicalAddress(run.page << 12), size: .size4K, isWritable: true, isExecutable: true,
          isGlobal: false, isWritten: true)
        second.fill(context: 1, page: run.page, entry)
      }
      first.fill(context: 1, page: run.page, entry)
    }
    return misses
  }
}
