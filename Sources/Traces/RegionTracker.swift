public import Addressing

/// Follows the program events of a user trace, so that checkpoints can tell what is mapped.
public struct RegionTracker: Sendable {
  /// In order of machine and address space.
  private var spaces: [TraceCheckpoint.Space] = []

  public init() {}

  /// What is mapped now.
  public var checkpoint: TraceCheckpoint { TraceCheckpoint(spaces: spaces) }

  /// Follows one event; guest events and marks change nothing.
  public mutating func apply(_ event: Event, by owner: Owner) {
    switch event {
    case .map(let start, let length, let protection, let kind):
      let range = Self.pages(start, length)
      withSpace(of: owner) { space in
        Self.remove(range, from: &space)
        Self.insert(range, protection, kind, into: &space)
      }
    case .unmap(let start, let length):
      withSpace(of: owner) { Self.remove(Self.pages(start, length), from: &$0) }
    case .protect(let start, let length, let protection):
      withSpace(of: owner) { Self.protect(Self.pages(start, length), protection, in: &$0) }
    case .remap(let start, let oldLength, let target, let newLength):
      withSpace(of: owner) { space in
        let old = Self.pages(start, oldLength)
        let moved = Self.remove(old, from: &space).first
        let new = Self.pages(target, newLength)
        Self.remove(new, from: &space)
        if let moved { Self.insert(new, moved.protection, moved.kind, into: &space) }
      }
    case .programBreak(let end):
      withSpace(of: owner) { space in
        if space.breakStart == nil { space.breakStart = end }
        space.breakEnd = end
      }
    case .clone(let child, sharesMemory: false): fork(owner, child: child)
    case .exit(wholeProcess: true):
      spaces.removeAll { $0.vm == owner.vm && $0.addressSpace == owner.addressSpace }
    default: break
    }
  }

  private mutating func fork(_ owner: Owner, child: UInt32) {
    guard let parent = spaces.first(where: { $0.vm == owner.vm && $0.addressSpace == owner.addressSpace })
    else {
      return
    }
    withSpace(of: Owner(vm: owner.vm, addressSpace: child)) { space in
      space.breakStart = parent.breakStart
      space.breakEnd = parent.breakEnd
      space.regions = parent.regions
    }
  }

  private mutating func withSpace(of owner: Owner, _ body: (inout TraceCheckpoint.Space) -> Void) {
    let new = TraceCheckpoint.Space(vm: owner.vm, addressSpace: owner.addressSpace, regions: [])
    let index = spaces.firstIndex { $0.order >= new.order } ?? spaces.count
    if index == spaces.count || spaces[index].order != new.order { spaces.insert(new, at: index) }
    body(&spaces[index])
  }

  /// The whole pages that a range touches, as numbers of 4 KiB pages.
  private static func pages(_ start: VirtualAddress, _ length: UInt64) -> Range<UInt64> {
    let (sum, overflow) = start.rawValue.addingReportingOverflow(length)
    let end = overflow ? 1 << 52 : (sum >> 12) + (sum & 4095 == 0 ? 0 : 1)
    return start.pageNumber..<max(end, start.pageNumber)
  }

  private static func pages(of region: TraceCheckpoint.Region) -> Range<UInt64> {
    region.start.pageNumber..<region.start.pageNumber + region.length >> 12
  }

  private static func region(_ pages: Range<UInt64>, like other: TraceCheckpoint.Region)
    -> TraceCheckpoint.Region
  {
    var region = other
    region.start = VirtualAddress(pages.lowerBound << 12)
    region.length = UInt64(pages.count) << 12
    return region
  }

  /// Takes a range out, and returns what was there, by address.
  @discardableResult
  private static func remove(
    _ range: Range<UInt64>, from space: inout TraceCheckpoint.Space
  ) -> [TraceCheckpoint.Region] {
    var removed: [TraceCheckpoint.Region] = []
    var kept: [TraceCheckpoint.Region] = []
    let (from, to) = overlapping(range, in: space)
    for region in space.regions[from..<to] {
      let pages = pages(of: region)
      if pages.lowerBound < range.lowerBound {
        kept.append(Self.region(pages.lowerBound..<range.lowerBound, like: region))
      }
      let overlap = pages.clamped(to: range)
      if !overlap.isEmpty { removed.append(Self.region(overlap, like: region)) }
      if pages.upperBound > range.upperBound {
        kept.append(Self.region(range.upperBound..<pages.upperBound, like: region))
      }
    }
    space.regions.replaceSubrange(from..<to, with: kept)
    return removed
  }

  private static func protect(
    _ range: Range<UInt64>, _ protection: Protection, in space: inout TraceCheckpoint.Space
  ) {
    for region in remove(range, from: &space) {
      insert(pages(of: region), protection, region.kind, into: &space)
    }
  }

  /// Puts a range in, where nothing is.
  private static func insert(
    _ range: Range<UInt64>, _ protection: Protection, _ kind: MappingKind,
    into space: inout TraceCheckpoint.Space
  ) {
    if range.isEmpty { return }
    let new = TraceCheckpoint.Region(
      start: VirtualAddress(range.lowerBound << 12), length: UInt64(range.count) << 12,
      protection: protection,
      kind: kind)
    space.regions.insert(new, at: overlapping(range, in: space).from)
  }

  /// The indices of the regions that a non-empty range overlaps.
  private static func overlapping(
    _ range: Range<UInt64>, in space: TraceCheckpoint.Space
  ) -> (from: Int, to: Int) {
    var low = 0
    var high = space.regions.count
    while low < high {
      let middle = (low + high) / 2
      if pages(of: space.regions[middle]).upperBound <= range.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var end = low
    while end < space.regions.count && pages(of: space.regions[end]).lowerBound < range.upperBound {
      end += 1
    }
    return (low, end)
  }
}
