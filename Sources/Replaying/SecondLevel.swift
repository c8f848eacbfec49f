import Addressing
import Machines
import Strategies
import TranslationCaches

/// The second-level TLBs: one for instructions and data, or one for each, or none. No level includes the other; an
/// eviction from one leaves the other alone.
struct SecondLevel: Sendable {
  /// Where the machine has no second level, one that is never filled.
  private var shared: TLBLevel
  private let isPresent: Bool
  /// That of instructions, where the second level is split.
  private var instructions: TLBLevel?
  private let isSplit: Bool

  /// None.
  init() throws(TranslationCacheError) {
    shared = try Self.empty()
    (isPresent, isSplit) = (false, false)
  }

  init(_ machine: Machine) throws(TranslationCacheError) {
    let shared = try Self.level(machine.l2, seed: machine.seed &+ 30)
    isPresent = shared != nil
    isSplit = isPresent && machine.l2.sharing == .split
    if let shared { self.shared = shared } else { self.shared = try Self.empty() }
    if isSplit { instructions = try Self.level(machine.l2, seed: machine.seed &+ 40) }
  }

  private static func level(
    _ level: Machine.SecondLevel, seed: UInt64
  ) throws(TranslationCacheError) -> TLBLevel? {
    guard let small = level.page4K2M else { return nil }
    return try TLBLevel(
      small: small, sharesLarge: true, huge: level.page1G, policy: level.policy, indexing: level.index,
      seed: seed)
  }

  private static func empty() throws(TranslationCacheError) -> TLBLevel {
    try TLBLevel(small: Geometry(fullyAssociative: 1), policy: .lru, seed: 0)
  }

  /// The context of global entries.
  var globalContext: UInt16? {
    get { shared.globalContext }
    set {
      shared.globalContext = newValue
      instructions?.globalContext = newValue
    }
  }

  /// The entry of a run's page, which counts as used.
  @inline(__always) mutating func lookup(_ run: PageRun, context: UInt16) -> TLBEntry? {
    if isSplit, run.isFetch { return instructions?.lookupBehind(context: context, page: run.page)?.entry }
    return shared.lookupBehind(context: context, page: run.page)?.entry
  }

  /// Enters a translation that is not there.
  @inline(__always) mutating func fill(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if isSplit, run.isFetch {
      instructions?.fill(context: context, page: run.page, entry)
    } else if isPresent {
      shared.fill(context: context, page: run.page, entry)
    }
  }

  /// Changes a translation where it is there, which is no use of it.
  mutating func refresh(_ run: PageRun, _ entry: TLBEntry, context: UInt16) {
    if isSplit, run.isFetch {
      instructions?.refresh(context: context, page: run.page, entry)
    } else if isPresent {
      shared.refresh(context: context, page: run.page, entry)
    }
  }

  /// A number that no slot of a shared level reaches.
  var slotBound: Int { shared.slotBound }

  /// The entry of a run's page in a shared level that answers for levels of fewer ways too.
  mutating func lookupStacked(_ run: PageRun, context: UInt16) -> TLBLevel.Stacked? {
    shared.lookupStacked(context: context, page: run.page)
  }

  /// The place in a shared level of a translation, if it is there; nothing changes.
  func probeStacked(_ run: PageRun, _ entry: TLBEntry, context: UInt16) -> TLBLevel.Stacked? {
    shared.probeStacked(context: context, page: run.page, entry)
  }

  /// Enters a translation that is in none of these levels; its slot.
  mutating func fillStacked(_ run: PageRun, _ entry: TLBEntry, context: UInt16) -> Int {
    shared.fillStacked(context: context, page: run.page, entry)
  }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) {
    shared.apply(invalidation)
    instructions?.apply(invalidation)
  }
}
