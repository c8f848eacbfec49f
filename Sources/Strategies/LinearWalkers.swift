import Addressing
import Machines
import PageTables

/// Walkers of one table.
struct LinearWalkers: Sendable {
  private var walkers: WalkerSet<LinearWalker, LinearWalker.Result>

  /// - Parameter machines: One for each walker.
  init(_ machines: [Machine]) { walkers = WalkerSet(machines.map { LinearWalker($0.guestWalkCache()) }) }

  /// Lets the walkers walk whose turn it is; what they read is left in the effects, to be counted.
  mutating func walk(
    _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace, _ request: TranslationRequest,
    _ effects: inout Effects
  ) throws(TranslationError) -> LinearWalker.Result {
    try walkers.walk(request, &effects) { walker, request, references in
      walker.walk(&table, space, request.address, &references)
    }
  }

  /// Lets them walk for an access that is known to fault.
  mutating func walkToFault(
    _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace, _ request: TranslationRequest,
    _ effects: inout Effects
  ) throws(TranslationError) {
    _ = try walkers.walkToFault(request, &effects) { walker, request, references in
      walker.walk(&table, space, request.address, &references)
    }
  }

  /// Whether any walk was put off.
  var areBehind: Bool { walkers.isBehind }

  /// Makes the walks that were put off.
  mutating func finish(
    _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace, _ effects: inout Effects
  ) throws(TranslationError) {
    try walkers.finish(&effects) { walker, request, references in
      walker.walk(&table, space, request.address, &references)
    }
  }

  /// Drops what the caches hold of a context.
  mutating func invalidate(context: UInt16) { walkers.forEach { $0.invalidate(context: context) } }

  /// Drops all that the caches hold.
  mutating func invalidateAll() { walkers.forEach { $0.invalidateAll() } }
}
