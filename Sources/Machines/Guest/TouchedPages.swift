import Addressing

/// The set of 4 KiB pages that were ever touched: bit maps of 512 pages in an open-addressed hash table.
///
/// A set of its own because runs on large pages ask it each time, by ``contains(_:at:)``.
struct TouchedPages: Sendable {
  /// The numbers of the 2 MiB regions; `.max` is a free place.
  private var regions = [UInt64](repeating: .max, count: 64)
  /// Eight words for each place.
  private var bits = [UInt64](repeating: 0, count: 64 * 8)
  private var used = 0

  /// Adds a page. Returns whether it was new, the place of its region, and whether all places changed.
  mutating func insert(_ page: UInt64) -> (isNew: Bool, place: Int32, placesChanged: Bool) {
    let capacity = regions.count
    let place = Int32(truncatingIfNeeded: place(of: page >> 9))
    let isNew = !contains(page, at: place)
    bits[Self.word(page, at: place)] |= 1 << (page & 63)
    return (isNew, place, regions.count != capacity)
  }

  /// Whether a page whose region has this place was added.
  func contains(_ page: UInt64, at place: Int32) -> Bool {
    bits[Self.word(page, at: place)] >> (page & 63) & 1 != 0
  }

  private static func word(_ page: UInt64, at place: Int32) -> Int {
    Int(place) * 8 + Int(truncatingIfNeeded: page >> 6 & 7)
  }

  private mutating func place(of region: UInt64) -> Int {
    let place = probe(region)
    if regions[place] == region { return place }
    if used * 2 >= regions.count {
      grow()
      return self.place(of: region)
    }
    used += 1
    regions[place] = region
    return place
  }

  /// The place that holds the region, or the free one where it belongs.
  private func probe(_ region: UInt64) -> Int {
    let mask = regions.count - 1
    var place = Int(truncatingIfNeeded: SplitMix64.mix(region)) & mask
    while regions[place] != region, regions[place] != .max { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let oldRegions = regions
    let oldBits = bits
    regions = [UInt64](repeating: .max, count: oldRegions.count * 2)
    bits = [UInt64](repeating: 0, count: oldBits.count * 2)
    for (old, region) in oldRegions.enumerated() where region != .max {
      let place = probe(region)
      regions[place] = region
      for word in 0..<8 { bits[place * 8 + word] = oldBits[old * 8 + word] }
    }
  }
}
