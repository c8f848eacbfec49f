import Addressing
import Machines
import Strategies
import TranslationCaches

/// A second level of TLBs of a lane, with what the slots of the first level hold for it. Behind it are walkers that see its
/// misses.
///
/// Levels of one stack (``Machine/SecondLevel/stack``) are looked up once for all: the one with the most ways leads, the
/// others follow it, and keep no more than the entries that they hold for its slots. Those differ, since an entry is what
/// its own level's last miss made it.
struct SecondLevelStage: Sendable {
  /// What a run needs of it.
  enum Need: Sendable {
    /// Nothing: an entry lets it pass.
    case nothing
    /// An entry is there but does not let the access pass: the walk that sets the dirty bit or repairs what only the
    /// hypervisor forbids (rule 7). It is no use of the second level.
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
  /// Whether the walk of an upgrade changes the entry in the second level, too.
  private let refreshes: Bool
  /// Whether others follow it.
  private let leads: Bool
  /// What the leader found for the run being looked up; once its needs are met, where it holds the page.
  private(set) var found: TLBLevel.Stacked?
  /// The number of the level that it follows; nil where it follows none.
  let leader: Int?
  /// Where it follows another.
  private let ways: Int
  /// By slot of the leader, the entry there, where it follows another.
  private var held: [TLBEntry] = []

  /// Misses in every level, by cause.
  struct Misses: Sendable {
    var steady: UInt64 = 0
    var firstTouch: UInt64 = 0
  }

  /// - Parameters:
  ///   - leads: Whether others follow it.
  ///   - firstLevelSlots: A number that no slot of the first level reaches.
  init(_ machine: Machine, walkers: Range<Int>, leads: Bool, firstLevelSlots: Int) throws(ReplayError) {
    do { tlb = try SecondLevel(machine) } catch { throw .cache(error) }
    entries = Array(repeating: TLBEntry(payload: 0), count: firstLevelSlots)
    self.walkers = walkers
    refreshes = machine.dirtyTracking == .cached
    self.leads = leads
    (leader, ways) = (nil, 0)
  }

  /// - Parameters:
  ///   - number: Of `leader`.
  init(
    _ machine: Machine, walkers: Range<Int>, following leader: SecondLevelStage, number: Int,
    firstLevelSlots: Int
  ) throws(ReplayError) {
    do { tlb = try SecondLevel() } catch { throw .cache(error) }
    entries = Array(repeating: TLBEntry(payload: 0), count: firstLevelSlots)
    self.walkers = walkers
    refreshes = machine.dirtyTracking == .cached
    leads = false
    self.leader = number
    ways = machine.l2.page4K2M?.ways ?? 0
    held = Array(repeating: TLBEntry(payload: 0), count: leader.tlb.slotBound)
  }

  /// The entry that a slot of the first level holds.
  func entry(in slot: Int) -> TLBEntry { entries[slot] }

  /// Looks up a run whose page the first level does not hold; not where it follows another.
  @inline(__always) mutating func lookup(_ run: PageRun, context: UInt16) {
    if leads {
      found = tlb.lookupStacked(run, context: context)
      if let found { take(found.entry, for: run) } else { need = .walk }
    } else if let held = tlb.lookup(run, context: context) {
      take(held, for: run)
    } else {
      need = .walk
    }
  }

  /// Looks up a run for which its leader found this.
  mutating func lookup(
    _ run: PageRun, where found: TLBLevel.Stacked?
  ) throws(TranslationError) {
    guard let found, found.distance <= ways else {
      guard found?.isAmbiguous != true else { throw .divergedStages }
      need = .walk
      return
    }
    take(held[found.slot], for: run)
  }

  /// Looks up a run whose page a slot of the first level holds.
  mutating func lookup(_ run: PageRun, in slot: Int) { take(entries[slot], for: run) }

  @inline(__always) private mutating func take(_ held: TLBEntry, for run: PageRun) {
    entry = held
    need = held.allows(run) ? .nothing : .upgrade
  }

  /// Where it holds a translation, if it leads others; nothing changes.
  func place(of entry: TLBEntry, for run: PageRun, context: UInt16) -> TLBLevel.Stacked? {
    tlb.probeStacked(run, entry, context: context)
  }

  /// Meets the need; where it was a walk, a miss is counted.
  ///
  /// - Parameter place: Where its leader holds the page, if it follows one.
  @inline(__always) mutating func supply(
    _ entry: TLBEntry, for run: PageRun, context: UInt16, isFirstTouch: Bool, place: TLBLevel.Stacked? = nil
  ) {
    guard need != .nothing else { return }
    guard need == .walk else {
      // In place: where a piece of a page is held, the piece alone.
      self.entry = entry.part(self.entry.size, aroundPage: run.page)
      if refreshes { refresh(self.entry, for: run, context: context, place: place) }
      return
    }
    self.entry = entry
    if isFirstTouch { misses.firstTouch &+= 1 } else { misses.steady &+= 1 }
    if leads {
      let slot = tlb.fillStacked(run, entry, context: context)
      found = TLBLevel.Stacked(slot: slot, entry: entry, distance: 1)
    } else if let place {
      held[place.slot] = entry
    } else {
      tlb.fill(run, entry, context: context)
    }
  }

  private mutating func refresh(
    _ entry: TLBEntry, for run: PageRun, context: UInt16, place: TLBLevel.Stacked?
  ) {
    if leader == nil {
      tlb.refresh(run, entry, context: context)
    } else if let place, place.distance <= ways {
      held[place.slot] = entry
    }
  }

  /// Notes that a slot of the first level holds the entry from now on.
  @inline(__always) mutating func note(slot: Int) { entries[slot] = entry }

  /// Keeps global entries under a context of their own from now on.
  mutating func keepGlobalEntries(under context: UInt16?) { tlb.globalContext = context }

  /// Drops what a strategy requires.
  mutating func apply(_ invalidation: Invalidation) { tlb.apply(invalidation) }
}

extension OneOrMore<SecondLevelStage> {
  /// What one that leads others found. Not by a subscript, which would copy all of it.
  @inline(__always) func found(by leader: Int) -> TLBLevel.Stacked? {
    leader == 0 ? first.found : others[leader - 1].found
  }

  /// Where one that leads others holds a translation.
  func place(of entry: TLBEntry, for run: PageRun, context: UInt16, by leader: Int) -> TLBLevel.Stacked? {
    leader == 0
      ? first.place(of: entry, for: run, context: context)
      : others[leader - 1].place(of: entry, for: run, context: context)
  }
}
