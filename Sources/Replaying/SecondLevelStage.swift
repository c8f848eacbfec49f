import Addressing
import Machines
import Strategies
import TranslationCaches

/// A second level of TLBs of a lane, with what the slots of the first level hold for it. Behind it are walkers that see its
/// misses.
struct SecondLevelStage: Sendable {
  /// What a run needs of it.
  enum Need: Sendable {
    /// Nothing: an entry lets it pass.
    case nothing
    /// An entry is there but does not let the access pass: the walk that sets the dirty bit or repairs what only the
    /// hypervisor forbids (rule 7). The second level is not touched.
    case upgrade
    /// A walk, as no level holds the page.
    case walk
  }

  private var tlb: SecondLevel
  /// By slot of the first level, the entry there.
  private var entries: [TLBEntry]
  /// The entry for the run being looked up, once its needs are met.
  private(set) var entry = TLBEntry(payload: 0)
  private(set) var need = Need.nothing
  /// The walkers behind it, of all of the lane's.
  let walkers: Range<Int>
  /// Misses in every level.
  var misses = Misses()

  /// Misses in every level, by cause.
  struct Misses: Sendable {
    var steady: UInt64 = 0
    var firstTouch: UInt64 = 0
  }

  /// - Parameter firstLevelSlots: A number that no slot of the first level reaches.
  init(_ machine: Machine, walkers: Range<Int>, firstLevelSlots: Int) throws(ReplayError) {
    do { tlb = try SecondLevel(machine) } catch { throw .cache(error) }
    entries = Array(repeating: TLBEntry(payload: 0), count: firstLevelSlots)
    self.walkers = walkers
  }

  /// The entry that a slot of the first level holds.
  func entry(in slot: Int) -> TLBEntry { entries[slot] }

  /// Looks up a run whose page the first level does not hold.
  @inline(__always) mutating func lookup(_ run: PageRun, context: UInt16) {
    if let held = tlb.lookup(run, context: context) {
      take(held, for: run)
    } else {
      need = .walk
    }
  }

  /// Looks up a run whose page a slot of the first level holds.
  mutating func lookup(_ run: PageRun, in slot: Int) { take(entries[slot], for: run) }

  @inline(__always) private mutating func take(_ held: TLBEntry, for run: PageRun) {
    entry = held
    need = held.allows(run) ? .nothing : .upgrade
  }

  /// Meets the need; where it was a walk, a miss is counted.
  @inline(__always) mutating func supply(
    _ entry: TLBEntry, for run: PageRun, context: UInt16, isFirstTouch: Bool
  ) {
    guard need != .nothing else { return }
    self.entry = entry
    guard need == .walk else { return }
    if isFirstTouch { misses.firstTouch &+= 1 } else { misses.steady &+= 1 }
    tlb.fill(run, entry, context: context)
  }

  /// Notes that a slot of the first level holds the entry from now on.
  @inline(__always) mutating func note(slot: Int) { entries[slot] = entry }

  /// Keeps global entries under a context of their own from now on.
  mutating func keepGlobalEntries(under context: UInt16?) { tlb.globalContext = context }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) { tlb.apply(invalidation) }
}
