import Machines
import PageTables
import TranslationCaches

// The structures that a machine's settings describe. Settings are validated when a machine is made, so none of these
// can fail.
extension Machine {
  /// The shape of the guests' own tables.
  var guestShape: TableShape { Self.shape(levels: guest.levels) }

  /// The shape of radix real map tables.
  var hostShape: TableShape { Self.shape(levels: host.levels) }

  /// The page-walk caches of the guest dimension, or of the only one.
  func guestWalkCache() -> PageWalkCache { Self.walkCache(guestWalkCaches, seed: seed &+ 100) }

  /// The page-walk caches of the host dimension.
  func hostWalkCache() -> PageWalkCache { Self.walkCache(hostWalkCaches, seed: seed &+ 200) }

  /// The nested TLB; nil where the machine has none.
  func makeNestedTLB() -> NestedTLB? {
    guard let nestedTLB else { return nil }
    return Self.valid { () throws(TranslationCacheError) in
      try NestedTLB(nestedTLB, policy: nestedTLBPolicy, seed: seed &+ 300)
    }
  }

  private static func shape(levels: Int) -> TableShape {
    do { return try TableShape(levels: levels) } catch {
      preconditionFailure("a machine's levels are validated: \(error)")
    }
  }

  private static func walkCache(_ caches: WalkCaches, seed: UInt64) -> PageWalkCache {
    valid { () throws(TranslationCacheError) in
      try PageWalkCache((2...5).map { caches[$0] }, policy: caches.policy, seed: seed)
    }
  }

  private static func valid<Structure>(_ make: () throws(TranslationCacheError) -> Structure) -> Structure {
    do { return try make() } catch { preconditionFailure("a machine's geometries are validated: \(error)") }
  }
}
