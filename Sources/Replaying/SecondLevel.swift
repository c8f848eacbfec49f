import Addressing
import Machines
import Strategies
import TranslationCaches

/// The second-level TLBs: one for instructions and data, or one for each, or none. No level includes the other; an
/// eviction from one leaves the other alone.
struct SecondLevel: Sendable {
  /// Nil where the machine has no second level.
  private var shared: TLBLevel?
  /// That of instructions, where the second level is split.
  private var instructions: TLBLevel?

  init(_ machine: Machine) throws(TranslationCacheError) {
    shared = try Self.level(machine.l2, seed: machine.seed &+ 30)
    if machine.l2.sharing == .split {
      instructions = try Self.level(machine.l2, seed: machine.seed &+ 40)
    }
  }

  private static func level(
    _ level: Machine.SecondLevel, seed: UInt64
  ) throws(TranslationCacheError) -> TLBLevel? {
    guard let small = level.page4K2M else { return nil }
    return try TLBLevel(small: small, sharesLarge: true, huge: level.page1G, policy: level.policy, seed: seed)
  }

  /// The context of global entries.
  var globalContext: UInt16? {
    get { shared?.globalContext }
    set {
      shared?.globalContext = newValue
      instructions?.globalContext = newValue
    }
  }

  /// The entry of a run's page, which counts as used.
  mutating func lookup(_ run: PageRun, context: UInt16) -> TLBEntry? {
    if run.isFetch, instructions != nil {
      return instructions!.lookup(context: context, page: run.page)?.entry
    }
    return shared?.lookup(context: context, page: run.page)?.entry
  }

  /// Enters a translation that is not there.
  mutating func fill(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if run.isFetch, instructions != nil {
      instructions!.fill(context: context, page: run.page, entry)
    } else {
      shared?.fill(context: context, page: run.page, entry)
    }
  }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) {
    shared?.apply(invalidation)
    instructions?.apply(invalidation)
  }
}
