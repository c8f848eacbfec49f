public import Addressing

#if !OWN_MODULE
  import TranslationCaches
#endif

/// A two-level LRU TLB over page runs, 128x8 for instructions and 64x4 for data before 1536x12: what the replay does for
/// each run, with the types of the inner loop.
public struct TLBLoop {
  /// Misses of each part.
  public struct Misses: Equatable, Sendable {
    public var instructions = 0
    public var data = 0
    public var second = 0

    public init() {}

    /// Those of the first level.
    public var first: Int { instructions + data }
  }

  private var instructions: TLBLevel
  private var data: TLBLevel
  private var second: TLBLevel

  public init() throws {
    instructions = try TLBLevel(small: Geometry(entries: 128, ways: 8), policy: .lru, seed: 1)
    data = try TLBLevel(small: Geometry(entries: 64, ways: 4), policy: .lru, seed: 2)
    second = try TLBLevel(small: Geometry(entries: 1536, ways: 12), policy: .lru, seed: 3)
  }

  /// Looks every run up, and fills what missed; adds the misses.
  public mutating func replay(_ runs: [PageRun], _ misses: inout Misses) {
    var counts = misses
    for run in runs {
      if run.isFetch {
        guard instructions.lookup(context: 1, page: run.page) == nil else { continue }
        counts.instructions += 1
        instructions.fill(context: 1, page: run.page, entry(run.page, &counts))
      } else {
        guard data.lookup(context: 1, page: run.page) == nil else { continue }
        counts.data += 1
        data.fill(context: 1, page: run.page, entry(run.page, &counts))
      }
    }
    misses = counts
  }

  /// The second level's entry for a page, made where it is not there.
  @inline(__always)
  private mutating func entry(_ page: UInt64, _ counts: inout Misses) -> TLBEntry {
    if let held = second.lookupBehind(context: 1, page: page) { return held.entry }
    counts.second += 1
    let entry = TLBEntry(
      base: PhysicalAddress(page << 12), size: .size4K, isWritable: true, isExecutable: true, isGlobal: false,
      isWritten: true)
    second.fill(context: 1, page: page, entry)
    return entry
  }
}
