import Addressing

/// One process of a ``SeededWorkload``: what it has mapped, page by page.
struct SeededProcess: Sendable {
  private(set) var owner: Owner
  /// Regions in the order of their mapping; they do not overlap.
  private var regions: [Region] = []

  private struct Region: Sendable {
    var start: UInt64
    var pages: UInt64
    var protection: Protection
  }

  init(owner: Owner) { self.owner = owner }

  /// The process that a fork makes.
  func forked(_ number: UInt32) -> SeededProcess {
    var child = self
    child.owner.addressSpace = number
    return child
  }

  /// An access that the process may make; nil where nothing is mapped that may be touched.
  func access(_ generator: inout SplitMix64) -> Access? {
    guard !regions.isEmpty else { return nil }
    let region = regions[Int(generator.next() % UInt64(regions.count))]
    guard region.protection.contains(.read) else {
      return regions.contains { $0.protection.contains(.read) } ? access(&generator) : nil
    }
    let page = region.start + (generator.next() % min(region.pages, 64)) * 4096
    let address = VirtualAddress(page + generator.next() % 4088)
    let draw = generator.next() % 8
    if draw == 0, region.protection.contains(.execute) { return Access(.fetch, address, size: 4) }
    if draw == 1, region.protection.contains(.write) { return Access(.modify, address, size: 4) }
    if draw < 4, region.protection.contains(.write) { return Access(.store, address, size: 8) }
    return Access(.load, address, size: 8)
  }

  /// Maps a new region.
  mutating func map(_ generator: inout SplitMix64) -> Event {
    let pages = 1 + generator.next() % (chance(8, &generator) ? 1024 : 24)
    let start = freeStart(pages, &generator)
    let region = Region(start: start, pages: pages, protection: protection(&generator))
    regions.append(region)
    let kind: MappingKind = chance(4, &generator) ? .file : .anonymous
    return .map(VirtualAddress(start), length: pages * 4096, region.protection, kind)
  }

  /// Changes a mapping.
  mutating func change(_ generator: inout SplitMix64) -> Event {
    guard !regions.isEmpty else { return map(&generator) }
    let index = Int(generator.next() % UInt64(regions.count))
    let region = regions[index]
    switch generator.next() % 8 {
    case 0, 1:
      return regions.count > 4 ? unmap(index, &generator) : map(&generator)
    case 2, 3:
      let protection = protection(&generator)
      regions[index].protection = protection
      return .protect(VirtualAddress(region.start), length: region.pages * 4096, protection)
    case 4:
      return .advise(VirtualAddress(region.start), length: region.pages * 4096, .discard)
    case 5:
      let start = freeStart(region.pages, &generator)
      regions[index].start = start
      return .remap(
        VirtualAddress(region.start), oldLength: region.pages * 4096, to: VirtualAddress(start),
        newLength: region.pages * 4096)
    default:
      return map(&generator)
    }
  }

  /// Unmaps a region, or its first pages.
  private mutating func unmap(_ index: Int, _ generator: inout SplitMix64) -> Event {
    let region = regions[index]
    let pages = chance(2, &generator) ? region.pages : 1 + generator.next() % region.pages
    if pages == region.pages {
      regions.remove(at: index)
    } else {
      regions[index].start += pages * 4096
      regions[index].pages -= pages
    }
    return .unmap(VirtualAddress(region.start), length: pages * 4096)
  }

  /// Mostly readable and writable.
  private func protection(_ generator: inout SplitMix64) -> Protection {
    switch generator.next() % 8 {
    case 0: [.read]
    case 1: [.read, .execute]
    default: [.read, .write]
    }
  }

  /// A place where so many pages are free, near others so that they share tables, or far.
  private func freeStart(_ pages: UInt64, _ generator: inout SplitMix64) -> UInt64 {
    while true {
      let zone: UInt64 = [0x40_0000, 0x5555_5000_0000, 0x7FFF_0000_0000, 0x1234_4000_0000][
        Int(generator.next() % 4)]
      let start = zone + (generator.next() % 16384) * 4096
      let end = start + pages * 4096
      if regions.allSatisfy({ $0.start + $0.pages * 4096 <= start || end <= $0.start }) { return start }
    }
  }

  private func chance(_ oneIn: UInt64, _ generator: inout SplitMix64) -> Bool {
    generator.next() % oneIn == 0
  }
}
