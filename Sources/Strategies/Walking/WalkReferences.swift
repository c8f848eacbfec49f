/// What one walk read, and which caches helped it.
struct WalkReferences: Hashable, Sendable {
  /// Entries of the guest's table; under `native` of the only one.
  var guest: UInt64 = 0
  /// Entries of the real map table.
  var host: UInt64 = 0
  /// Entries of the shadow table.
  var shadow: UInt64 = 0
  /// Walks of the guest's or the shadow table that a page-walk cache shortened.
  var guestCacheHits: UInt64 = 0
  /// Walks of the real map table that a page-walk cache shortened.
  var hostCacheHits: UInt64 = 0
  var nestedTLBHits: UInt64 = 0
  var nestedTLBMisses: UInt64 = 0

  var total: UInt64 { guest &+ host &+ shadow }

  /// Counts an entry read of the guest's or the shadow table.
  @inline(__always) mutating func count(_ kind: LinearWalker.AddressSpace.Kind) {
    if kind == .guest { guest &+= 1 } else { shadow &+= 1 }
  }

  static func += (sum: inout WalkReferences, other: WalkReferences) {
    sum.guest &+= other.guest
    sum.host &+= other.host
    sum.shadow &+= other.shadow
    sum.guestCacheHits &+= other.guestCacheHits
    sum.hostCacheHits &+= other.hostCacheHits
    sum.nestedTLBHits &+= other.nestedTLBHits
    sum.nestedTLBMisses &+= other.nestedTLBMisses
  }
}
