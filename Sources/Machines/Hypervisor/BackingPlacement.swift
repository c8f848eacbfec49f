import Addressing
import PageTables

/// Where the real memory of each virtual machine lies when all of it is backed beforehand: a pure function,
/// so no table of frames is kept.
///
/// Sequential: the machines lie one after the other, each contiguous. Shuffled: one seeded permutation of all
/// host pages. Buddy: as sequential, but a 2 MiB block that holds a pinned frame cannot be a large page, so
/// the real range that falls on it is backed by 4 KiB frames of a second region, scattered within 2 MiB; with
/// 4 KiB pages only the pinned frame itself is replaced. Every large page that cannot be had falls back to
/// the next smaller size.
struct BackingPlacement: Sendable {
  /// The size aimed at.
  let hostPage: PageSize
  /// Bytes from one machine's memory to the next's, a multiple of 1 GiB.
  let span: UInt64
  /// Where the frames that replace others lie, a multiple of 1 GiB beyond all machines' memory.
  let replacements: UInt64
  private let order: SeededPermutation?
  private let pins: PinnedFrames
  private let seed: UInt64

  init(_ settings: HypervisorSettings, vms: Int, span: UInt64, replacements: UInt64) {
    hostPage = settings.hostPage
    self.span = span
    self.replacements = replacements
    seed = settings.seed
    let pages = UInt64(vms) * span >> settings.hostPage.shift
    order = settings.allocator == .shuffle ? SeededPermutation(count: pages, seed: settings.seed) : nil
    let share = settings.allocator == .buddy ? settings.fragmentation : 0
    pins = PinnedFrames(share: share, seed: settings.seed)
  }

  /// The page behind `real`, which lies in the memory of `vm`.
  func backing(of real: RealAddress, vm: Int) -> Backing {
    let flat = UInt64(vm) * span + real.rawValue
    if let order {
      return Backing(
        base: PhysicalAddress(order[flat >> hostPage.shift] << hostPage.shift), size: hostPage, isNew: false)
    }
    let place = PhysicalAddress(flat)
    let block = flat >> PageSize.size2M.shift
    if hostPage == .size1G, isWhole(block & ~511) {
      return Backing(base: place.alignedDown(to: .size1G), size: .size1G, isNew: false)
    }
    let pinned = pins.share > 0 ? pins.frame(inBlock: block) : nil
    if hostPage != .size4K {
      guard pinned != nil else {
        return Backing(base: place.alignedDown(to: .size2M), size: .size2M, isNew: false)
      }
      // A constant exclusive-or of the page's number scatters the pages of the range without collision.
      let scatter = SplitMix64.mix(seed ^ SplitMix64.mix(block)) & 511 << 12
      let frame = PhysicalAddress(replacements + (flat ^ scatter)).alignedDown(to: .size4K)
      return Backing(base: frame, size: .size4K, isNew: false)
    }
    let isPinned = pinned.map { UInt64($0) == place.pageNumber & 511 } ?? false
    let base = isPinned ? place.advanced(by: replacements) : place
    return Backing(base: base.alignedDown(to: .size4K), size: .size4K, isNew: false)
  }

  /// Whether the 1 GiB from this 2 MiB block on holds no pinned frame.
  private func isWhole(_ first: UInt64) -> Bool {
    pins.share == 0 || (first..<first + 512).allSatisfy { pins.frame(inBlock: $0) == nil }
  }
}
