public import Addressing

/// A binary buddy allocator: blocks of 4 KiB to 1 GiB, split in halves when smaller frames are needed and
/// merged with their buddies when freed; the smallest block that fits is taken, of those the one at the
/// lowest address.
///
/// **Fragmentation** is the share of 2 MiB blocks in which one 4 KiB frame, at a random place, is pinned by
/// someone else from the start, as unmovable kernel allocations are. Such a block yields 511 small frames and
/// never a 2 MiB one, so allocations of 2 MiB fail once the unpinned blocks are used up, and of 1 GiB almost
/// at once. Which blocks and frames are pinned is a hash of seed and block number. Evidence: [E], our model;
/// it fixes the share of blocks lost to large pages, which is what measurements of fragmented systems report,
/// and nothing else of a system's history.
///
/// Memory is a row of zones of 1 GiB. A zone is opened, its pinned frames are placed, when no open zone has a
/// block that fits, so the state grows with the memory in use (64 KiB for each GiB) and a large empty memory
/// costs nothing. Algorithm: Knowlton, "A fast storage allocator", CACM 8(10), 1965.
public struct BuddyAllocator<Space: AddressSpace>: FrameAllocator {
  public let region: FrameRegion<Space>
  /// The pinned frames.
  public let pins: PinnedFrames
  public private(set) var allocatedBytes: UInt64 = 0

  /// The open zones, by address.
  private var zones: [BuddyZone] = []
  /// Free blocks in the open zones, by order: a block of order k has 2^k frames.
  private var freeBlocks = [Int](repeating: 0, count: BuddyZone.orders)
  /// For each order a zone before which no free block of the order lies.
  private var firstZone = [Int](repeating: 0, count: BuddyZone.orders)

  public init(_ region: FrameRegion<Space>, fragmentation: Double, seed: UInt64) {
    self.region = region
    pins = PinnedFrames(share: fragmentation, seed: seed)
  }

  public mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space> {
    let order = Int(size.shift) - 12
    while true {
      if let frame = takeSmallest(order) {
        allocatedBytes += size.bytes
        return region.base.advanced(by: frame << 12)
      }
      guard openZone() else { throw OutOfFrames(size, in: region, allocated: allocatedBytes) }
    }
  }

  public mutating func free(_ frame: Address<Space>, size: PageSize) {
    let number = (frame.rawValue - region.base.rawValue) >> 12
    allocatedBytes -= size.bytes
    putBack(Int(number & (BuddyZone.frames - 1)), order: Int(size.shift) - 12, zone: Int(number >> 18))
  }

  /// Takes a block of `order` from the smallest free block that has room. Returns its first frame's number.
  private mutating func takeSmallest(_ order: Int) -> UInt64? {
    guard let found = (order..<BuddyZone.orders).first(where: { freeBlocks[$0] > 0 }) else { return nil }
    while zones[firstZone[found]].freeCount[found] == 0 { firstZone[found] += 1 }
    let zone = firstZone[found]
    let frame = zones[zone].takeLowest(order: found)
    freeBlocks[found] -= 1
    var half = found
    while half > order {
      half -= 1
      insert(frame + (1 << half), order: half, zone: zone)
    }
    return UInt64(zone) << 18 | UInt64(frame)
  }

  /// Frees a block and merges it with its buddy as long as that is free.
  private mutating func putBack(_ frame: Int, order: Int, zone: Int) {
    var frame = frame
    var order = order
    while order < BuddyZone.orders - 1, zones[zone].remove(frame ^ (1 << order), order: order) {
      freeBlocks[order] -= 1
      frame &= ~(1 << order)
      order += 1
    }
    insert(frame, order: order, zone: zone)
  }

  private mutating func insert(_ frame: Int, order: Int, zone: Int) {
    zones[zone].insert(frame, order: order)
    freeBlocks[order] += 1
    firstZone[order] = min(firstZone[order], zone)
  }

  /// Opens the next zone: all its frames are free but the pinned ones. Returns false when there is none.
  private mutating func openZone() -> Bool {
    let zone = zones.count
    let before = UInt64(zone) << 18
    let frames = region.bytes >> 12
    guard before < frames else { return false }
    zones.append(BuddyZone())
    let count = Int(min(BuddyZone.frames, frames - before))
    if pins.share == 0 || !(0..<512).contains(where: { pins.frame(inBlock: UInt64(zone) << 9 | $0) != nil }) {
      insertRange(0..<count, zone: zone)
      return true
    }
    for block in stride(from: 0, to: count, by: 512) {
      let end = min(block + 512, count)
      let pinned = end - block < 512 ? nil : pins.frame(inBlock: (before + UInt64(block)) >> 9)
      guard let pinned else {
        insertRange(block..<end, zone: zone)
        continue
      }
      insertRange(block..<block + pinned, zone: zone)
      insertRange(block + pinned + 1..<end, zone: zone)
    }
    return true
  }

  /// Frees a run of frames as the largest aligned blocks that it holds, merging with what is free around it.
  private mutating func insertRange(_ range: Range<Int>, zone: Int) {
    var frame = range.lowerBound
    while frame < range.upperBound {
      var order = frame == 0 ? BuddyZone.orders - 1 : min(frame.trailingZeroBitCount, BuddyZone.orders - 1)
      while frame + (1 << order) > range.upperBound { order -= 1 }
      putBack(frame, order: order, zone: zone)
      frame += 1 << order
    }
  }
}
