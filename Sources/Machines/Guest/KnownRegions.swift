import Addressing
import PageTables

/// Where the page-table entries of recently used 2 MiB regions are: most page runs end here.
///
/// A run then costs two loads: the region's place, and the entry itself, which says whether the page is mapped,
/// allows the access and was touched before. Measured against a direct-mapped memory of 2^14 pages: as fast where
/// that held every page, and 3 times faster where 25,000 pages were used in random order.
struct KnownRegions: Sendable {
  private struct Region: Sendable {
    /// The number of the region; `.max` is a free place.
    var number = UInt64.max
    /// The table that maps its 4 KiB pages; or, negative, the complement of its place in ``TouchedPages``, where a
    /// large page maps it.
    var table: PageTable<Virtual, Real>.Node = 0
    /// What the large page allows, in the order of ``PageRun/flags``.
    var allowed: UInt32 = 0
  }

  private var regions = [Region](repeating: Region(), count: Self.size)

  private static let size = 1024

  private static func place(of region: UInt64) -> Int {
    Int(truncatingIfNeeded: region ^ region >> 10) & (size - 1)
  }

  /// The first run in `range` that may need something of the kernel, or the range's end.
  func firstUnknown(
    _ runs: [PageRun], _ range: Range<Int>, _ table: borrowing PageTable<Virtual, Real>,
    _ touched: borrowing TouchedPages
  ) -> Int {
    var index = range.lowerBound
    while index < range.upperBound {
      let run = runs[index]
      let region = regions[Self.place(of: run.page >> 9)]
      guard region.number == run.page >> 9 else { return index }
      if region.table >= 0 {
        let entry = table.entry(region.table, Int(truncatingIfNeeded: run.page & 511))
        guard entry.satisfies(run) else { return index }
      } else {
        guard ~region.allowed & run.flags & 3 == 0, touched.contains(run.page, at: ~region.table) else {
          return index
        }
      }
      index += 1
    }
    return index
  }

  /// Notes the table that maps the 4 KiB pages of a region.
  mutating func remember(_ region: UInt64, table: PageTable<Virtual, Real>.Node) {
    regions[Self.place(of: region)] = Region(number: region, table: table)
  }

  /// Notes what the large page that holds a region allows; `place` is the region's in ``TouchedPages``.
  mutating func remember(_ region: UInt64, place: Int32, allowed: UInt32) {
    regions[Self.place(of: region)] = Region(number: region, table: ~place, allowed: allowed)
  }

  /// Forgets the regions of these pages: their large pages or their tables changed.
  mutating func forget(_ pages: Range<UInt64>) {
    guard let last = pages.last else { return }
    guard last >> 9 - pages.lowerBound >> 9 < Self.size else { return forgetAll() }
    for region in pages.lowerBound >> 9...last >> 9 where regions[Self.place(of: region)].number == region {
      regions[Self.place(of: region)] = Region()
    }
  }

  mutating func forgetAll() {
    for place in regions.indices { regions[place] = Region() }
  }
}

extension PageTableEntry.Flags {
  /// A bit that hardware leaves to software: the page belongs to a file, and a write copies it.
  static let copiedOnWrite = PageTableEntry.Flags(rawValue: 1 << 9)
  /// A bit of the model's own copy, never stored: the process touched the page.
  static let touched = PageTableEntry.Flags(rawValue: 1 << 10)
}

extension PageTableEntry {
  /// Whether the entry of a 4 KiB page needs no change for the access, not even of its dirty bit, and was touched
  /// before. Bits: present 0, writable 1, dirty 6, touched 10, no-execute 63.
  @inline(__always) fileprivate func satisfies(_ run: PageRun) -> Bool {
    let flags = UInt64(run.flags)
    let wanted = 1 | 1 << 10 | (flags >> 1 & 1) &* 0x42
    return rawValue & (wanted | flags << 63) == wanted
  }
}
