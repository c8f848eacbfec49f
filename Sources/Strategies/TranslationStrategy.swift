public import Addressing
public import Machines
public import PageTables
public import Results

/// A way to translate under virtualisation: what fills the TLBs, and what the hypervisor does for it.
///
/// A strategy sees misses, permission upgrades and guest events, each exactly once. It answers with a translation
/// and leaves counts and required invalidations in the ``Effects``; the front end applies these. The caches it
/// consults during a walk are its own. Methods with a default do what the architecture requires of every
/// strategy, and nothing beyond.
///
/// A new strategy is one struct in a file of its own and one line in ``StrategyRegistry``.
public protocol TranslationStrategy: Sendable {
  /// The name on the command line and in results.
  static var name: String { get }
  /// What it does, in one clause without a full stop.
  static var idea: String { get }
  /// What can be set for it alone (`--set NAME.key=value`).
  static var parameters: [StrategyParameter] { get }
  /// Counters that can never count under it; reported empty (semantics rule 21).
  static var notApplicable: CounterSet { get }

  /// Whether it requires invalidations beside those that the guest's own actions call for. Strategies that do not may
  /// share first-level TLBs.
  static var invalidatesUnasked: Bool { get }

  /// Sets it up for machines whose geometries are valid.
  ///
  /// - Parameter machines: By second-level TLB, those behind it; none is empty. They differ in second-level TLBs and in
  ///   what walks consult alone, so everything else follows from the first.
  init(_ machines: [[Machine]], _ parameters: StrategyParameters)

  /// Completes a translation for the machines whose turn it is, repairing whatever the guest must not see; the guest's tables allow the access.
  mutating func translate(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) -> Translation

  /// Walks for an access that ends in a true page fault: the walk is aborted, the guest is told.
  mutating func fault(
    _ request: TranslationRequest, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError)

  /// The guest is about to store to a page-table page.
  mutating func willStore(
    to address: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError)

  /// The guest has stored to a page-table page. Called also where nothing changed.
  mutating func didStore(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError)

  /// A page became a page-table page.
  mutating func didLinkTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError)

  /// The guest executed INVLPG or INVPCID.
  ///
  /// - Parameter dropped: What goes from the TLBs, and with it what walk caches hold of its contexts; nil is nothing.
  mutating func invalidate(
    _ dropped: Invalidation?, on platform: inout Platform, _ effects: inout Effects)

  /// The guest loaded its root register; `platform` already runs the new address space.
  ///
  /// - Parameter context: The one that the load drops from what is cached; nil where it drops nothing.
  mutating func switchAddressSpace(
    flushing context: UInt16?, on platform: inout Platform, _ effects: inout Effects)

  /// The guest dropped all that is cached of its translations, those of global pages too, by a load of CR4.
  mutating func invalidateEverything(on platform: inout Platform, _ effects: inout Effects)

  /// An address space is gone; `platform` still knows it.
  mutating func retire(_ root: RealAddress, on platform: inout Platform, _ effects: inout Effects)

  /// Whether walks that were put off may be made after entries were added to leaf tables where none were. Where they may
  /// not, and else before anything but an addition, a fault and the next translation, comes ``finishWalks(on:)``.
  var walksOutlastAdditions: Bool { get }

  /// Makes the walks that were put off, where there are several machines.
  mutating func finishWalks(on platform: inout Platform) throws(TranslationError)

  /// Counts the walks that were put off and have been made since the last call.
  mutating func countFinishedWalks(_ effects: inout Effects)

  /// Lets a processor run: walks consult its caches from here on. None has been put off.
  mutating func run(processor: Int)

  /// Drops what walk caches hold of a context, those of whatever processor.
  mutating func invalidateWalkCaches(context: UInt16)

  /// Drops all that the running processor's walk caches hold.
  mutating func invalidateWalkCaches()

  /// Memory taken by the strategy's own tables.
  var tableBytes: StrategyTableBytes { get }

  /// Flips a frame bit of the entry that answers for `address`, for tests that prove that answers come from the
  /// strategy's own tables (semantics rule 31). False where no entry stands.
  mutating func corruptEntry(for address: VirtualAddress, on platform: inout Platform) -> Bool
}

/// Memory taken by a strategy's own tables, in bytes; nil where the strategy has no such table.
public struct StrategyTableBytes: Hashable, Sendable {
  public var shadow: UInt64?
  public var realMap: UInt64?

  public init(shadow: UInt64? = nil, realMap: UInt64? = nil) {
    self.shadow = shadow
    self.realMap = realMap
  }
}

extension TranslationStrategy {
  public static var parameters: [StrategyParameter] { [] }

  public static var invalidatesUnasked: Bool { true }

  public var walksOutlastAdditions: Bool { false }

  public mutating func willStore(
    to address: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {}

  public mutating func didStore(
    _ change: TableChange, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {}

  public mutating func didLinkTable(
    at frame: RealAddress, on platform: inout Platform, _ effects: inout Effects
  ) throws(TranslationError) {}

  public mutating func invalidate(
    _ dropped: Invalidation?, on platform: inout Platform, _ effects: inout Effects
  ) {
    guard let dropped else { return }
    dropped.forEachContext { invalidateWalkCaches(context: $0) }
    effects.invalidations.append(dropped)
  }

  public mutating func switchAddressSpace(
    flushing context: UInt16?, on platform: inout Platform, _ effects: inout Effects
  ) {
    guard let context else { return }
    invalidateWalkCaches(context: context)
    effects.invalidations.append(.context(context))
  }

  public mutating func invalidateEverything(on platform: inout Platform, _ effects: inout Effects) {
    let contexts = platform.knownContexts
    for context in contexts { invalidateWalkCaches(context: context) }
    effects.invalidations.append(.contexts(contexts))
  }

  public mutating func retire(_ root: RealAddress, on platform: inout Platform, _ effects: inout Effects) {
    for tags in platform.tags(of: root) {
      invalidateWalkCaches(context: tags.own)
      effects.invalidations.append(.context(tags.own))
    }
  }

  public var tableBytes: StrategyTableBytes { StrategyTableBytes() }
}
