public import Addressing

/// A frame allocator chosen at run time.
public struct SelectedAllocator<Space: AddressSpace>: FrameAllocator {
  private var frames: any FrameAllocator<Space>

  /// - Parameters:
  ///   - fragmentation: Of ``BuddyAllocator``; the others have none.
  ///   - seed: Of the allocators that draw.
  ///   - sizes: The frame sizes that will be asked for; ``ShuffledAllocator`` divides its memory among them.
  public init(
    _ kind: FrameAllocatorKind, _ region: FrameRegion<Space>, fragmentation: Double = 0, seed: UInt64 = 0,
    sizes: [PageSize] = PageSize.allCases
  ) {
    switch kind {
    case .sequential: frames = SequentialAllocator(region)
    case .buddy: frames = BuddyAllocator(region, fragmentation: fragmentation, seed: seed)
    case .shuffle: frames = ShuffledAllocator(region, seed: seed, sizes: sizes)
    }
  }

  public var region: FrameRegion<Space> { frames.region }

  public var allocatedBytes: UInt64 { frames.allocatedBytes }

  public mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space> {
    try frames.allocate(size)
  }

  public mutating func free(_ frame: Address<Space>, size: PageSize) { frames.free(frame, size: size) }
}
