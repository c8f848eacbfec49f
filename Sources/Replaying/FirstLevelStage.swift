import Addressing
import Machines
import Strategies
import TranslationCaches

/// First-level TLBs and the lanes that answer for them: what hits in the first level is looked up once for all of them.
/// The lanes must require the same invalidations at the same moments and make entries of the same sizes; that is compared
/// and never trusted (semantics rule 22).
///
/// Where one second level alone stands behind it, the first level holds its entries. Else entries of the first level allow
/// no more than what was done through them, whatever the page allows: so the first fetch and the first write through an
/// entry get every lane's attention, and each decides by its own entry.
struct FirstLevelStage: Sendable {
  private(set) var lanes: OneOrMore<Lane>
  /// Those of the running processor.
  private var tlb: FirstLevel
  private var otherProcessors: OtherProcessors<FirstLevel>
  /// Whether one second level alone stands behind it.
  private let isSingle: Bool
  private let filter: LookupFilter
  /// The running address space.
  private var context: UInt16 = 0
  /// The position in its block of what was last looked at closely: of what is at fault, after an error.
  private(set) var position: UInt32 = 0
  /// What the first lane requires to be dropped, and what another one does, which must be the same.
  private var invalidations: [Invalidation] = []
  private var otherInvalidations: [Invalidation] = []

  /// - Parameters:
  ///   - lanes: The machines of each lane, all of one first level; never empty.
  ///   - filter: Watches over the lookups that the slices leave out.
  init(_ lanes: [[LaneSpecification]], sources: Int, filter: LookupFilter) throws(ReplayError) {
    let machine = lanes[0][0].machine
    let tlb: FirstLevel
    do { tlb = try FirstLevel(machine) } catch { throw .cache(error) }
    self.tlb = tlb
    otherProcessors = OtherProcessors { try FirstLevel(machine) }
    let made = try lanes.map { specifications throws(ReplayError) in
      try Lane(specifications, sources: sources, firstLevelSlots: tlb.slotBound)
    }
    isSingle = made.count == 1 && made[0].isSingle
    self.filter = filter
    self.lanes = OneOrMore(made)
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
      try replay(slice.block, next..<step.run, &observer)
      next = step.run
      position = next < slice.runs.upperBound ? slice.block.runs[next].ordinal : slice.block.recordCount
      try take(step, of: slice.block, &observer)
    }
    try replay(slice.block, next..<slice.runs.upperBound, &observer)
  }

  /// The hot loop: one lookup a run, and out of line whatever is not a plain hit.
  @inline(__always)
  private mutating func replay(
    _ block: RunBlock, _ range: Range<Int>, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    let (runs, context) = (block.runs, context)
    for index in range {
      let run = runs[index]
      var slot: Int
      if let found = tlb.lookup(run, context: context) {
        slot = found.slot
        if !found.entry.allows(run) { slot = try attend(index, of: block, found) }
      } else {
        slot = try resolveMiss(index, of: block)
      }
      observer.translated(run, to: slot, of: lanes)
    }
  }

  /// A run whose page the first level does not hold; the slot that holds it then.
  @inline(never)
  private mutating func resolveMiss(_ index: Int, of block: RunBlock) throws(TranslationError) -> Int {
    let run = block.runs[index]
    position = run.ordinal
    let entry = try lanes.first.resolve(run, &invalidations)
    if !lanes.isSingle {
      for lane in lanes.others.indices {
        let other = try lanes.others[lane].resolve(run, &otherInvalidations)
        try compare(other, entry)
      }
    }
    if !invalidations.isEmpty { try applyInvalidations(for: index, of: block) }
    try filter.check(entry)
    let slot = tlb.fill(run, held(entry, for: run), context: context)
    note(slot)
    return slot
  }

  /// A write or a fetch that the entry in the first level does not allow; the slot that holds it then.
  @inline(never)
  private mutating func attend(
    _ index: Int, of block: RunBlock, _ found: TLBLevel.Found
  ) throws(TranslationError) -> Int {
    let run = block.runs[index]
    position = run.ordinal
    var slot = found.slot
    var isUpgraded = false
    let entry = try lanes.first.attend(run, in: slot, &isUpgraded, &invalidations)
    if !lanes.isSingle {
      for lane in lanes.others.indices {
        let other = try lanes.others[lane].attend(run, in: slot, &isUpgraded, &otherInvalidations)
        try compare(other, entry)
      }
    }
    if !invalidations.isEmpty { try applyInvalidations(for: index, of: block) }
    try filter.check(entry)
    guard isUpgraded else {
      tlb.replace(slot, found.entry.allowing(run))
      return slot
    }
    slot = tlb.update(run, held(entry, for: run), context: context)
    note(slot)
    return slot
  }

  /// What the first level holds of the lanes' entry for a run.
  @inline(__always)
  private func held(_ entry: TLBEntry, for run: PageRun) -> TLBEntry {
    isSingle ? entry : entry.allowingOnly(run)
  }

  /// Notes that a slot holds the entries for the run looked up last from now on.
  @inline(__always)
  private mutating func note(_ slot: Int) {
    lanes.first.note(slot: slot)
    guard !lanes.isSingle else { return }
    for index in lanes.others.indices { lanes.others[index].note(slot: slot) }
  }

  /// Does what stands between runs.
  private mutating func take(
    _ step: LaneStep, of block: RunBlock, _ observer: inout some TranslationObserver
  ) throws(TranslationError) {
    let contexts = try lanes.first.take(step.action, &observer, &invalidations)
    if !lanes.isSingle {
      var unwatched = NoObserver()
      for index in lanes.others.indices {
        let other = try lanes.others[index].take(step.action, &unwatched, &otherInvalidations)
        guard other == contexts else { throw .divergedStages }
        try compareInvalidations()
      }
    }
    let changesContext = context != contexts.own || tlb.globalContext != contexts.global
    if case .run(_, let vcpu, _) = step.action { otherProcessors.run(vcpu, &tlb) }
    if changesContext || !invalidations.isEmpty {
      if filter.isCut(before: step.run, of: block) {
        applyInvalidations()
      } else if changesContext {
        throw .divergedStages
      } else {
        try applyInvalidations(for: step.run, of: block)
      }
    }
    context = contexts.own
    if tlb.globalContext != contexts.global { tlb.globalContext = contexts.global }
  }

  /// Compares what another lane did for a run with what the first one did.
  private mutating func compare(_ other: TLBEntry, _ entry: TLBEntry) throws(TranslationError) {
    guard other.hasKind(of: entry) else { throw .divergedStages }
    try compareInvalidations()
  }

  private mutating func compareInvalidations() throws(TranslationError) {
    guard otherInvalidations == invalidations else { throw .divergedStages }
    otherInvalidations.removeAll(keepingCapacity: true)
  }

  /// Drops from the first level what every lane's strategy required for a run.
  private mutating func applyInvalidations(for index: Int, of block: RunBlock) throws(TranslationError) {
    try filter.check(invalidations, for: block.runs[index], from: tlb, context: context)
    applyInvalidations()
    try filter.checkOtherStream(than: index, of: block, in: tlb, context: context)
  }

  /// Drops from the first level what every lane's strategy required.
  @inline(never)
  private mutating func applyInvalidations() {
    for invalidation in invalidations {
      let processor = lanes.first.platform.processor(of: invalidation)
      otherProcessors.change(processor, &tlb) { $0.apply(invalidation) }
    }
    invalidations.removeAll(keepingCapacity: true)
  }
}

extension TranslationObserver {
  /// A run was translated by the entry in a slot of the first level.
  @inline(__always)
  fileprivate mutating func translated(_ run: PageRun, to slot: Int, of lanes: borrowing OneOrMore<Lane>) {
    guard Self.self != NoObserver.self else { return }
    translated(
      run, to: lanes.first.entry(in: slot).physicalAddress(ofPage: run.page), on: lanes.first.platform)
  }
}
