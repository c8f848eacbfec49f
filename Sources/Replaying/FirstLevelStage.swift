import Addressing
import Machines
import Strategies
import TranslationCaches

/// First-level TLBs and the lanes that answer for them: what hits in the first level is looked up once for all of them.
/// The lanes must require the same invalidations at the same moments and make entries of the same sizes; that is compared
/// and never trusted (semantics rule 22).
///
/// Entries of the first level here allow no more than what was done through them, whatever the page allows: so the first
/// fetch and the first write through an entry get every lane's attention, and each decides by its own entry.
struct FirstLevelStage: Sendable {
  private(set) var lanes: [Lane]
  private var tlb: FirstLevel
  /// The running address space.
  private var context: UInt16 = 0
  /// The position in its block of what was last looked at closely: of what is at fault, after an error.
  private(set) var position: UInt32 = 0
  /// What the first lane requires to be dropped, and what another one does, which must be the same.
  private var invalidations: [Invalidation] = []
  private var otherInvalidations: [Invalidation] = []

  /// - Parameter lanes: The machines of each lane, all of one first level; never empty.
  init(_ lanes: [[LaneSpecification]], sources: Int) throws(ReplayError) {
    let tlb: FirstLevel
    do { tlb = try FirstLevel(lanes[0][0].machine) } catch { throw .cache(error) }
    self.tlb = tlb
    self.lanes = try lanes.map { specifications throws(ReplayError) in
      try Lane(specifications, sources: sources, firstLevelSlots: tlb.slotBound)
    }
  }

  /// Replays a slice.
  mutating func replay(_ slice: Slice) throws(TranslationError) {
    var observer = NoObserver()
    try replay(slice, &observer)
  }

  /// Replays a slice before an observer, of the first lane: the same code, watched.
  @inline(__always)
  mutating func replay(
    _ slice: Slice, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    var next = slice.runs.lowerBound
    for step in slice.steps {
      try replay(slice.block.runs, next..<step.run, &observer)
      next = step.run
      position = next < slice.runs.upperBound ? slice.block.runs[next].ordinal : slice.block.recordCount
      try take(step.action, &observer)
    }
    try replay(slice.block.runs, next..<slice.runs.upperBound, &observer)
  }

  /// The hot loop: one lookup a run, and out of line whatever is not a plain hit.
  @inline(__always)
  private mutating func replay(
    _ runs: [PageRun], _ range: Range<Int>, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    let context = context
    for position in range {
      let run = runs[position]
      var slot: Int
      if let found = tlb.lookup(run, context: context) {
        slot = found.slot
        if !found.entry.allows(run) { slot = try attend(run, found) }
      } else {
        slot = try resolveMiss(run)
      }
      observer.translated(run, to: slot, of: lanes)
    }
  }

  /// A run whose page the first level does not hold; the slot that holds it then.
  @inline(never)
  private mutating func resolveMiss(_ run: PageRun) throws(TranslationError) -> Int {
    position = run.ordinal
    let entry = try lanes[0].resolve(run, &invalidations)
    for index in lanes.indices.dropFirst() {
      let other = try lanes[index].resolve(run, &otherInvalidations)
      try compare(other, entry)
    }
    applyInvalidations()
    let slot = tlb.fill(run, entry.allowingOnly(run), context: context)
    for index in lanes.indices { lanes[index].note(slot: slot) }
    return slot
  }

  /// The first write or the first fetch through an entry; the slot that holds it then.
  @inline(never)
  private mutating func attend(_ run: PageRun, _ found: TLBLevel.Found) throws(TranslationError) -> Int {
    position = run.ordinal
    var slot = found.slot
    var isUpgraded = false
    let entry = try lanes[0].attend(run, in: slot, &isUpgraded, &invalidations)
    for index in lanes.indices.dropFirst() {
      let other = try lanes[index].attend(run, in: slot, &isUpgraded, &otherInvalidations)
      try compare(other, entry)
    }
    applyInvalidations()
    guard isUpgraded else {
      tlb.replace(slot, found.entry.allowing(run))
      return slot
    }
    slot = tlb.update(run, entry.allowingOnly(run), context: context)
    for index in lanes.indices { lanes[index].note(slot: slot) }
    return slot
  }

  /// Does what stands between runs.
  private mutating func take(
    _ action: LaneStep.Action, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    let contexts = try lanes[0].take(action, &observer, &invalidations)
    var unwatched = NoObserver()
    for index in lanes.indices.dropFirst() {
      let other = try lanes[index].take(action, &unwatched, &otherInvalidations)
      guard other == contexts else { throw .divergedStages }
      try compareInvalidations()
    }
    applyInvalidations()
    context = contexts.own
    if tlb.globalContext != contexts.global { tlb.globalContext = contexts.global }
  }

  /// Compares what another lane did for a run with what the first one did.
  private mutating func compare(_ other: TLBEntry, _ entry: TLBEntry) throws(TranslationError) {
    guard other.hasSizes(of: entry) else { throw .divergedStages }
    try compareInvalidations()
  }

  private mutating func compareInvalidations() throws(TranslationError) {
    guard otherInvalidations == invalidations else { throw .divergedStages }
    otherInvalidations.removeAll(keepingCapacity: true)
  }

  /// Drops from the first level what every lane's strategy required.
  private mutating func applyInvalidations() {
    guard !invalidations.isEmpty else { return }
    for invalidation in invalidations { tlb.apply(invalidation) }
    invalidations.removeAll(keepingCapacity: true)
  }
}

extension TranslationObserver {
  /// A run was translated by the entry in a slot of the first level.
  @inline(__always)
  fileprivate mutating func translated(_ run: PageRun, to slot: Int, of lanes: borrowing [Lane]) {
    guard Self.self != NoObserver.self else { return }
    translated(run, to: lanes[0].entry(in: slot).physicalAddress(ofPage: run.page), on: lanes[0].platform)
  }
}
