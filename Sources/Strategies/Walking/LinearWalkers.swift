import Addressing
import Machines
import PageTables

/// Walkers of one table.
struct LinearWalkers: Sendable {
  private var walkers: WalkerSet<LinearWalker, LinearFollowers>

  /// - Parameters:
  ///   - machines: By second level; one for each walker.
  ///   - outlastsAdditions: Whether walks may stay put off after one that was aborted.
  init(_ machines: [[Machine]], outlastsAdditions: Bool) {
    walkers = WalkerSet(machines, outlastsAdditions: outlastsAdditions) {
      LinearWalker($0.guestWalkCache())
    }
  }

  /// Walks for the machines whose turn it is, and counts.
  ///
  /// - Parameter isFault: Whether the access is known to fault.
  @discardableResult
  mutating func walk(
    _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace, _ request: TranslationRequest,
    isFault: Bool = false, _ effects: inout Effects
  ) throws(TranslationError) -> LinearWalker.Result {
    try walkers.walk(request, isFault: isFault, &effects) { walker, references in
      walker.walk(&table, space, request.address, &references)
    } allows: {
      $0.allows(request)
    } end: {
      $0.walkEnd
    } _: { (followers, walks) throws(TranslationError) in
      try followers.follow(walks, &table, space)
    }
  }

  /// Whether walks may stay put off while entries are added.
  var outlastAdditions: Bool { walkers.outlastsAdditions }

  /// Whether any walk was put off.
  var areBehind: Bool { walkers.isBehind }

  /// Makes the walks that were put off.
  mutating func finish(
    _ table: inout some WalkableTable, _ space: LinearWalker.AddressSpace
  ) throws(TranslationError) {
    try walkers.finish { (followers, walks) throws(TranslationError) in
      try followers.follow(walks, &table, space)
    }
  }

  /// Hands on what was counted of walks that were put off.
  mutating func takeTallies(_ effects: inout Effects) { walkers.takeTallies(&effects) }

  /// Lets a processor run, with caches of its own.
  mutating func run(processor: Int) { walkers.run(processor: processor) }

  /// Drops what the caches hold of a context, those of whatever processor.
  mutating func invalidate(context: UInt16) {
    walkers.forEachOfAllProcessors {
      $0.invalidate(context: context)
    } _: {
      $0.forEach { $0.invalidate(context: context) }
    }
  }

  /// Drops all that the running processor's caches hold.
  mutating func invalidateAll() {
    walkers.forEach {
      $0.invalidateAll()
    } _: {
      $0.forEach { $0.invalidateAll() }
    }
  }
}
