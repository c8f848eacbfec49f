import Addressing
import Machines
import Strategies
import TranslationCaches

/// First-level TLBs and the lane that answers for them. Other lanes that differ behind the first level alone can follow
/// its log: what hits in the first level is looked up once for all of them.
///
/// Entries of the first level here allow no more than what was done through them, whatever the page allows: so the first
/// fetch and the first write through an entry get every lane's attention, and each decides by its own entry.
struct FirstLevelStage: Sendable {
  private(set) var lane: Lane
  private var tlb: FirstLevel
  /// Whether other lanes follow.
  private let keepsLog: Bool
  /// What happened in the slice replayed last.
  private var log = FirstLevelLog()

  init(
    _ machine: Machine, _ strategy: any TranslationStrategy, sources: Int, keepsLog: Bool
  ) throws(ReplayError) {
    do { tlb = try FirstLevel(machine) } catch { throw .cache(error) }
    lane = try Lane(machine, strategy, sources: sources, firstLevelSlots: tlb.slotBound)
    self.keepsLog = keepsLog
  }

  /// Hands over what happened in the slice replayed last, where other lanes follow.
  mutating func takeLog() -> FirstLevelLog {
    defer { log = FirstLevelLog() }
    return log
  }

  /// Replays a slice.
  mutating func replay(_ slice: Slice) throws(TranslationError) {
    var observer = NoObserver()
    try replay(slice, &observer)
  }

  /// Replays a slice before an observer: the same code, watched.
  @inline(__always)
  mutating func replay(
    _ slice: Slice, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    var next = slice.runs.lowerBound
    for step in slice.steps {
      try replay(slice.block.runs, next..<step.run, &observer)
      next = step.run
      try lane.take(step.action, &observer)
      applyInvalidations()
    }
    try replay(slice.block.runs, next..<slice.runs.upperBound, &observer)
  }

  /// The hot loop: one lookup a run, and out of line whatever is not a plain hit.
  @inline(__always)
  private mutating func replay(
    _ runs: [PageRun], _ range: Range<Int>, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    let context = lane.platform.context
    for position in range {
      let run = runs[position]
      var slot: Int
      if let found = tlb.lookup(run, context: context) {
        slot = found.slot
        if !found.entry.allows(run) { slot = try attend(run, position, found) }
      } else {
        slot = try resolveMiss(run, position)
      }
      observer.translated(run, to: slot, of: lane)
    }
  }

  /// A run whose page the first level does not hold; the slot that holds it then.
  @inline(never)
  private mutating func resolveMiss(_ run: PageRun, _ position: Int) throws(TranslationError) -> Int {
    let entry = try lane.resolve(run)
    applyInvalidations()
    let slot = tlb.fill(run, entry.allowingOnly(run), context: lane.platform.context)
    lane.note(entry, in: slot)
    note(run, position, found: -1, slot: slot)
    return slot
  }

  /// The first write or the first fetch through an entry; the slot that holds it then.
  @inline(never)
  private mutating func attend(
    _ run: PageRun, _ position: Int, _ found: TLBLevel.Found
  ) throws(TranslationError) -> Int {
    var slot = found.slot
    if lane.entries[slot].allows(run) {
      applyInvalidations()
      tlb.replace(slot, found.entry.allowing(run))
    } else {
      let entry = try lane.upgrade(run)
      applyInvalidations()
      slot = tlb.update(run, entry.allowingOnly(run), context: lane.platform.context)
      lane.note(entry, in: slot)
    }
    note(run, position, found: found.slot, slot: slot)
    return slot
  }

  /// Drops from the first level what the lane's strategy required; once for each step and each entry of the log.
  private mutating func applyInvalidations() {
    if !lane.invalidations.isEmpty {
      for invalidation in lane.invalidations { tlb.apply(invalidation) }
      if keepsLog { log.invalidations += lane.invalidations }
      lane.invalidations.removeAll(keepingCapacity: true)
    }
    if keepsLog { log.invalidationCounts.append(Int32(truncatingIfNeeded: log.invalidations.count)) }
  }

  private mutating func note(_ run: PageRun, _ position: Int, found: Int, slot: Int) {
    guard keepsLog else { return }
    let entry = lane.entries[slot]
    log.entries.append(
      FirstLevelLog.Entry(
        run: run, position: UInt32(truncatingIfNeeded: position), found: Int32(truncatingIfNeeded: found),
        slot: Int32(truncatingIfNeeded: slot), size: entry.size, mappedSize: entry.mappedSize))
  }
}

extension TranslationObserver {
  /// A run was translated by the entry in a slot of the first level.
  @inline(__always)
  fileprivate mutating func translated(_ run: PageRun, to slot: Int, of lane: borrowing Lane) {
    guard Self.self != NoObserver.self else { return }
    translated(run, to: lane.entries[slot].physicalAddress(ofPage: run.page), on: lane.platform)
  }
}
