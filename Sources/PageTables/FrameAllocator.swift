public import Addressing

/// Hands out the frames of one memory.
///
/// To add an allocator: implement ``allocate(_:)`` and ``free(_:size:)``, take every choice from a seed, and
/// let the state grow with what is allocated, not with the memory. The conformance tests of this module then
/// hold it to: no two live frames overlap, frames are aligned to their size and lie in the region, the same
/// calls give the same frames.
public protocol FrameAllocator<Space>: Sendable {
  associatedtype Space: AddressSpace

  /// The memory that frames come from.
  var region: FrameRegion<Space> { get }

  /// Bytes now handed out.
  var allocatedBytes: UInt64 { get }

  /// A free frame of `size`, aligned to it. A frame in use is never handed out again.
  mutating func allocate(_ size: PageSize) throws(OutOfFrames) -> Address<Space>

  /// Takes back a frame that ``allocate(_:)`` gave, whole.
  mutating func free(_ frame: Address<Space>, size: PageSize)
}

/// A contiguous piece of one memory, with the setting that decides its size.
public struct FrameRegion<Space: AddressSpace>: Hashable, Sendable {
  /// The first byte, a multiple of 1 GiB.
  public let base: Address<Space>
  /// A multiple of 4 KiB.
  public let bytes: UInt64
  /// The name of the setting that enlarges the region, for error messages.
  public let setting: String

  /// The region of `bytes` at `base`; a tail shorter than a 4 KiB frame is left out.
  public init(base: Address<Space> = Address(0), bytes: UInt64, setting: String) {
    precondition(base.offset(in: .size1G) == 0, "a region of frames starts at a multiple of 1 GiB")
    precondition(bytes <= PageTableEntry.frameMask &- base.rawValue, "a region of frames ends below 2^52")
    self.base = base
    self.bytes = bytes & ~4095
    self.setting = setting
  }

  /// The byte after the last.
  public var end: Address<Space> { base.advanced(by: bytes) }
}

/// A memory had no frame left of the size asked for.
public struct OutOfFrames: Error, Hashable, Sendable {
  /// The size asked for.
  public var size: PageSize
  /// The bytes that the memory has.
  public var capacity: UInt64
  /// The bytes in use.
  public var allocated: UInt64
  /// The setting that enlarges the memory.
  public var setting: String

  public init<Space>(_ size: PageSize, in region: FrameRegion<Space>, allocated: UInt64) {
    self.size = size
    self.capacity = region.bytes
    self.allocated = allocated
    self.setting = region.setting
  }
}

extension OutOfFrames: CustomStringConvertible {
  public var description: String {
    "no free frame of \(size.name) in a memory of \(capacity) bytes, \(allocated) of them in use: "
      + "enlarge \(setting)"
  }
}
