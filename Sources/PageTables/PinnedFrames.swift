import Addressing

/// The 4 KiB frames that fragment a memory: one in each 2 MiB block of a random share of the blocks. A pure
/// function of the seed.
public struct PinnedFrames: Hashable, Sendable {
  /// The share of blocks that hold a pinned frame, 0 to 1.
  public let share: Double
  private let seed: UInt64

  /// The share is brought into 0 to 1.
  public init(share: Double, seed: UInt64) {
    self.share = min(max(share, 0), 1)
    self.seed = seed
  }

  /// The position, 0 to 511, of the frame pinned in the block of 2 MiB with this number, or nil.
  public func frame(inBlock block: UInt64) -> Int? {
    let hash = SplitMix64.mix(seed &+ SplitMix64.mix(block &+ 0x9E37_79B9_7F4A_7C15))
    guard Double(hash >> 11) * 0x1p-53 < share else { return nil }
    return Int(SplitMix64.mix(hash) & 511)
  }
}
