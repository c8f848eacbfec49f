public import Addressing

/// Hands out frames in order of address: a program's consecutive first touches get consecutive frames, the
/// best case for everything that profits from contiguity.
///
/// Larger frames are aligned; the frames skipped for alignment go to smaller pages, lowest first, before new
/// ground is broken. Freed frames are used again for their own size, the last freed first; smaller pages
/// break up freed larger frames only when nothing else is left. Frames are not merged: once broken up, a
/// large frame stays so.
public struct SequentialAllocator<Space: AddressSpace>: FrameAllocator {
  public let region: FrameRegion<Space>
  public private(set) var allocatedBytes: UInt64 = 0

  /// The start of the ground not yet broken.
  private var next: Address<Space>
  /// Freed frames by size, the last freed at the end.
  private var freed4K: [Address<Space>] = []
  private var freed2M: [Address<Space>] = []
  private var freed1G: [Address<Space>] = []
  /// Ground skipped for alignment: runs of 4 KiB frames, and of 2 MiB frames.
  private var gaps4K = GapList<Space>()
  private var gaps2M = GapList<Space>()

  public init(_ region: FrameRegion<Space>) {
    self.region = region
    next = region.base
  }

  public mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space> {
    guard let frame = take(size) else { throw OutOfFrames(size, in: region, allocated: allocatedBytes) }
    allocatedBytes += size.bytes
    return frame
  }

  public mutating func free(_ frame: Address<Space>, size: PageSize) {
    allocatedBytes -= size.bytes
    putBack(frame, size)
  }

  /// Consecutive frames of 4 KiB from new ground, `bytes` together: for a table that is one array.
  public mutating func allocateRun(bytes: UInt64) throws(OutOfFrames) -> Address<Space> {
    let rounded = (bytes &+ 4095) & ~4095
    guard rounded >= bytes, rounded <= region.end.rawValue - next.rawValue else {
      throw OutOfFrames(.size4K, in: region, allocated: allocatedBytes)
    }
    let run = next
    next = next.advanced(by: rounded)
    allocatedBytes += rounded
    return run
  }

  private mutating func take(_ size: PageSize) -> Address<Space>? {
    switch size {
    case .size4K:
      if let frame = freed4K.popLast() ?? gaps4K.take(size) ?? takeNew(size) { return frame }
      return breakUp(.size2M, into: size)
    case .size2M:
      if let frame = freed2M.popLast() ?? gaps2M.take(size) ?? takeNew(size) { return frame }
      return breakUp(.size1G, into: size)
    case .size1G:
      return freed1G.popLast() ?? takeNew(size)
    }
  }

  private mutating func takeNew(_ size: PageSize) -> Address<Space>? {
    let start = next.advanced(by: size.bytes - 1).alignedDown(to: size)
    guard start.advanced(by: size.bytes) <= region.end else { return nil }
    let aligned2M = min(start, next.advanced(by: PageSize.size2M.bytes - 1).alignedDown(to: .size2M))
    gaps4K.append(from: next, to: aligned2M)
    gaps2M.append(from: aligned2M, to: start)
    next = start.advanced(by: size.bytes)
    return start
  }

  /// Takes a free frame of `larger` and keeps all of it but the first frame of `size`.
  private mutating func breakUp(_ larger: PageSize, into size: PageSize) -> Address<Space>? {
    let whole: Address<Space>? =
      switch larger {
      case .size2M: freed2M.popLast() ?? gaps2M.take(.size2M) ?? breakUp(.size1G, into: .size2M)
      default: freed1G.popLast()
      }
    guard let whole else { return nil }
    let rest = whole.advanced(by: size.bytes)
    let end = whole.advanced(by: larger.bytes)
    if size == .size4K { gaps4K.append(from: rest, to: end) } else { gaps2M.append(from: rest, to: end) }
    return whole
  }

  private mutating func putBack(_ frame: Address<Space>, _ size: PageSize) {
    switch size {
    case .size4K: freed4K.append(frame)
    case .size2M: freed2M.append(frame)
    case .size1G: freed1G.append(frame)
    }
  }
}

/// Runs of unused frames of one size, consumed from the first run's start.
private struct GapList<Space: AddressSpace>: Sendable {
  private var runs: [Range<Address<Space>>] = []
  private var first = 0

  mutating func append(from start: Address<Space>, to end: Address<Space>) {
    if start < end { runs.append(start..<end) }
  }

  mutating func take(_ size: PageSize) -> Address<Space>? {
    guard first < runs.count else { return nil }
    let frame = runs[first].lowerBound
    let rest = frame.advanced(by: size.bytes)
    if rest == runs[first].upperBound { first += 1 } else { runs[first] = rest..<runs[first].upperBound }
    return frame
  }
}
