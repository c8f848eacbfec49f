public import Addressing

/// Hands out frames in a seeded random order: no contiguity at all, the worst case of a long-running system.
///
/// The frame of the nth allocation is a ``SeededPermutation`` of n, so nothing is tabulated. Frames of
/// different sizes cannot share ground, or the first small frames would ruin every large one: the region is
/// divided evenly among the sizes asked for at the start, the largest first, and each size is permuted in its
/// own part. What cannot be aligned is left unused. Freed frames are used again for their size, the last
/// freed first.
public struct ShuffledAllocator<Space: AddressSpace>: FrameAllocator {
  public let region: FrameRegion<Space>
  public private(set) var allocatedBytes: UInt64 = 0

  private var parts: [Part] = []

  /// The frames of one size.
  private struct Part: Sendable {
    var size: PageSize
    var start: Address<Space>
    var order: SeededPermutation
    var used: UInt64 = 0
    var freed: [Address<Space>] = []
  }

  /// - Parameter sizes: Those that will be asked for; another is out of frames at once.
  public init(_ region: FrameRegion<Space>, seed: UInt64, sizes: [PageSize] = PageSize.allCases) {
    self.region = region
    let wanted = PageSize.allCases.filter(sizes.contains).reversed()
    let share = region.bytes / UInt64(max(wanted.count, 1))
    var start = region.base
    for size in wanted {
      let isLast = size == wanted.last
      let room =
        isLast ? region.end.rawValue - start.rawValue : min(share, region.end.rawValue - start.rawValue)
      let frames = room >> size.shift
      let order = SeededPermutation(count: frames, seed: SplitMix64.mix(seed ^ size.shift))
      parts.append(Part(size: size, start: start, order: order))
      start = start.advanced(by: frames << size.shift)
    }
  }

  public mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space> {
    guard let part = parts.firstIndex(where: { $0.size == size }), let frame = take(part) else {
      throw OutOfFrames(size, in: region, allocated: allocatedBytes)
    }
    allocatedBytes += size.bytes
    return frame
  }

  public mutating func free(_ frame: Address<Space>, size: PageSize) {
    guard let part = parts.firstIndex(where: { $0.size == size }) else { return }
    allocatedBytes -= size.bytes
    parts[part].freed.append(frame)
  }

  private mutating func take(_ part: Int) -> Address<Space>? {
    if let frame = parts[part].freed.popLast() { return frame }
    guard parts[part].used < parts[part].order.count else { return nil }
    let number = parts[part].order[parts[part].used]
    parts[part].used += 1
    return parts[part].start.advanced(by: number << parts[part].size.shift)
  }
}
