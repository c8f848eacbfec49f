public import Addressing

/// Hands out frames in order of address: a program's consecutive first touches get consecutive frames, the
/// best case for everything that profits from contiguity.
///
/// Larger frames are aligned; the frames skipped for alignment go to smaller pages, lowest first, before new
/// ground is broken. Freed frames are used again for their own size, the last freed first; smaller pages
/// break up freed larger frames only when nothing else is left. Frames are not merged: once broken up, a
/// large frame stays so.
///
/// Addresses are kept as plain numbers: collections of a generic type cost three quarters of a call here, since the
/// allocator is reached through an existential and so never specialised.
public struct SequentialAllocator<Space: AddressSpace>: FrameAllocator {
  public let region: FrameRegion<Space>
  public private(set) var allocatedBytes: UInt64 = 0

  private var ground: FrameGround

  public init(_ region: FrameRegion<Space>) {
    self.region = region
    ground = FrameGround(region.base.rawValue..<region.end.rawValue)
  }

  public mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space> {
    guard let frame = ground.take(size) else {
      throw OutOfFrames(size, in: region, allocated: allocatedBytes)
    }
    allocatedBytes += size.bytes
    return Address(frame)
  }

  public mutating func free(_ frame: Address<Space>, size: PageSize) {
    allocatedBytes -= size.bytes
    ground.putBack(frame.rawValue, size)
  }

  /// Consecutive frames of 4 KiB from new ground, `bytes` together: for a table that is one array.
  public mutating func allocateRun(bytes: UInt64) throws(OutOfFrames) -> Address<Space> {
    guard let run = ground.takeRun(bytes) else {
      throw OutOfFrames(.size4K, in: region, allocated: allocatedBytes)
    }
    allocatedBytes += UInt64(run.count)
    return Address(run.lowerBound)
  }
}

/// The frames of a region that are free, by number of their first byte.
private struct FrameGround: Sendable {
  /// The ground not yet broken.
  private var unbroken: Range<UInt64>
  /// Freed frames by size, the last freed at the end.
  private var freed4K: [UInt64] = []
  private var freed2M: [UInt64] = []
  private var freed1G: [UInt64] = []
  /// Ground skipped for alignment: runs of 4 KiB frames, and of 2 MiB frames.
  private var gaps4K = GapList()
  private var gaps2M = GapList()

  init(_ bytes: Range<UInt64>) { unbroken = bytes }

  mutating func take(_ size: PageSize) -> UInt64? {
    switch size {
    case .size4K: freed4K.popLast() ?? gaps4K.take(size) ?? takeNew(size) ?? breakUp(.size2M, into: size)
    case .size2M: freed2M.popLast() ?? gaps2M.take(size) ?? takeNew(size) ?? breakUp(.size1G, into: size)
    case .size1G: freed1G.popLast() ?? takeNew(size)
    }
  }

  mutating func takeRun(_ bytes: UInt64) -> Range<UInt64>? {
    let rounded = (bytes &+ 4095) & ~4095
    let start = unbroken.lowerBound
    guard rounded >= bytes, rounded <= unbroken.upperBound - start else { return nil }
    unbroken = start + rounded..<unbroken.upperBound
    return start..<start + rounded
  }

  mutating func putBack(_ frame: UInt64, _ size: PageSize) {
    switch size {
    case .size4K: freed4K.append(frame)
    case .size2M: freed2M.append(frame)
    case .size1G: freed1G.append(frame)
    }
  }

  private mutating func takeNew(_ size: PageSize) -> UInt64? {
    let next = unbroken.lowerBound
    let start = Self.aligned(next, size)
    guard start + size.bytes <= unbroken.upperBound else { return nil }
    let start2M = min(start, Self.aligned(next, .size2M))
    gaps4K.append(next, start2M)
    gaps2M.append(start2M, start)
    unbroken = start + size.bytes..<unbroken.upperBound
    return start
  }

  /// The first multiple of a size at or behind an address.
  private static func aligned(_ address: UInt64, _ size: PageSize) -> UInt64 {
    (address + size.bytes - 1) & ~(size.bytes - 1)
  }

  /// Takes a free frame of `larger` and keeps all of it but the first frame of `size`.
  private mutating func breakUp(_ larger: PageSize, into size: PageSize) -> UInt64? {
    let whole: UInt64? =
      switch larger {
      case .size2M: freed2M.popLast() ?? gaps2M.take(.size2M) ?? breakUp(.size1G, into: .size2M)
      default: freed1G.popLast()
      }
    guard let whole else { return nil }
    let (rest, end) = (whole + size.bytes, whole + larger.bytes)
    if size == .size4K { gaps4K.append(rest, end) } else { gaps2M.append(rest, end) }
    return whole
  }
}

/// Runs of unused frames of one size, consumed from the first run's start.
private struct GapList: Sendable {
  private var runs: [Range<UInt64>] = []
  private var first = 0

  mutating func append(_ start: UInt64, _ end: UInt64) {
    if start < end { runs.append(start..<end) }
  }

  mutating func take(_ size: PageSize) -> UInt64? {
    guard first < runs.count else { return nil }
    let frame = runs[first].lowerBound
    let rest = frame + size.bytes
    if rest == runs[first].upperBound { first += 1 } else { runs[first] = rest..<runs[first].upperBound }
    return frame
  }
}
