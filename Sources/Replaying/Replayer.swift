import Addressing
import Machines
import Strategies
import Traces
import Workers

/// Replays traces on lanes. Every block is decoded once for all lanes. Several workers decode, run guest models and
/// replay lanes at the same time, on three successive batches of blocks; one worker takes block by block through all
/// three, while it is in the processor's caches.
///
/// Several traces are several virtual machines of one computer, which take turns. What a lane counts does not depend
/// on the number of workers or on the other lanes.
public struct Replayer {
  /// Page runs that may be in flight: 16 MiB of them, for all workers together.
  static let runsInFlight = (16 << 20) / 16
  /// Batches in flight at once: one decoded, one cut, one replayed; or one that goes through all of this.
  let batchesInFlight: Int

  /// First levels whose guests are set up alike, and so share a guest stage.
  struct Group {
    var streams: RunStreams
    var stage: Confined<StageState>
    var firstLevels: [Int]
  }

  /// Where a specification is replayed: a machine on a lane behind a first level.
  struct Place {
    var firstLevel: Int
    var lane: Int
    var machine: Int
  }

  let specifications: [LaneSpecification]
  var sources: [TraceSource]
  /// Where each specification is replayed.
  let places: [Place]
  let stages: [Confined<FirstLevelState>]
  let groups: [Group]
  let streams: [RunStreams]
  let pool: WorkerPool
  var slots: [[Confined<DecodeSlot>]]
  /// The blocks of a trace that are read at once: enough for all workers; and where there are many first levels, enough
  /// that each has work for a while when its state is in the processor's caches.
  let blocksPerBatch: Int
  /// The largest number of runs that a block has had so far.
  var largestBlock = 1
  var round = 0

  /// Sets lanes up for traces that have not been read from.
  ///
  /// - Parameter observers: What watches each lane; empty is nothing.
  /// - Throws: ``ReplayError`` where a strategy's parameters are wrong or a trace's length is needed and unknown.
  public init(
    _ inputs: [TraceInput], _ specifications: [LaneSpecification], _ options: ReplayOptions,
    observers: [any TranslationObserver & Sendable] = []
  ) throws(ReplayError) {
    self.specifications = specifications
    pool = WorkerPool(workers: max(1, options.jobs))
    let quanta = inputs.count > 1 ? specifications.map(\.machine.vm.quantum) : []
    var sources: [TraceSource] = []
    for input in inputs { sources.append(try TraceSource(input, options: options, quanta: quanta)) }
    self.sources = sources
    try Self.checkGuestSettings(specifications, sources)
    let sharing = StageSharing(
      specifications, acrossStrategies: options.sharesAcrossStrategies, none: !observers.isEmpty)
    places = sharing.places
    let mayBeOfSets = observers.isEmpty && sources.allSatisfy { $0.scope == .user }
    let merging = mayBeOfSets ? options.merging : min(options.merging, .ofStreams)
    groups = Self.makeGroups(specifications, sharing, sources, options, merging)
    streams = groups.reduce(into: []) { if !$0.contains($1.streams) { $0.append($1.streams) } }
    stages = try Self.makeStages(specifications, sharing, groups, observers, sources: sources.count)
    batchesInFlight = pool.workers == 1 ? 1 : 3
    let blocksForWorkers = pool.workers == 1 ? 1 : 2 * min(pool.workers, Self.runsInFlight)
    blocksPerBatch = max(stages.count > 4 ? 16 : 1, blocksForWorkers)
    slots = Array(repeating: [], count: batchesInFlight)
  }

  /// Replays everything.
  ///
  /// - Parameter progress: Called now and then with the accesses replayed and, where known, the share done, 0 to 1.
  /// - Returns: Results by lane, trace and interval.
  public mutating func replay(
    progress: (_ accesses: UInt64, _ share: Double?) -> Void = { _, _ in }
  ) throws(ReplayError) -> [ReplayResult] {
    var isWorkLeft = true
    while isWorkLeft {
      isWorkLeft = pool.workers == 1 ? try performInTurn() : try performAtOnce()
      progress(sources.reduce(0) { $0 + $1.accesses }, share)
      round += 1
    }
    return try results()
  }

  /// The number of first levels of TLBs that are simulated: machines that differ behind it alone share one.
  public var firstLevels: Int { stages.count }

  /// The observers of the lanes, as they are now.
  public var observers: [(any TranslationObserver & Sendable)?] {
    places.map { stages[$0.firstLevel].with { $0.observer } }
  }

  /// The guest of a whole system's trace cannot be set up otherwise than it was recorded.
  private static func checkGuestSettings(
    _ specifications: [LaneSpecification], _ sources: [TraceSource]
  ) throws(ReplayError) {
    guard let recorded = sources.first(where: { $0.scope == .wholeSystem }) else { return }
    for specification in specifications {
      guard let key = specification.machine.changedGuestModelSetting else { continue }
      throw .guestSetting(trace: recorded.name, key: key)
    }
  }

  private static func makeStages(
    _ specifications: [LaneSpecification], _ sharing: StageSharing, _ groups: [Group],
    _ observers: [any TranslationObserver & Sendable], sources: Int
  ) throws(ReplayError) -> [Confined<FirstLevelState>] {
    var stages: [Confined<FirstLevelState>] = []
    for (number, lanes) in sharing.firstLevels.enumerated() {
      let streams = groups.first { $0.firstLevels.contains(number) }?.streams ?? .unified
      let stage = try FirstLevelStage(
        lanes.map { $0.map { specifications[$0] } }, sources: sources, filter: LookupFilter(streams))
      let index = lanes[0][0]
      let observer = index < observers.count ? observers[index] : nil
      stages.append(Confined(FirstLevelState(stage, observer: observer)))
    }
    return stages
  }

  /// First levels share a guest stage where their guests, their seeds and their turns are the same.
  private static func makeGroups(
    _ specifications: [LaneSpecification], _ sharing: StageSharing, _ sources: [TraceSource],
    _ options: ReplayOptions, _ merging: LookupMerging
  ) -> [Group] {
    var groups: [(key: GuestStageKey, group: Group)] = []
    for (index, lanes) in sharing.firstLevels.enumerated() {
      let specification = specifications[lanes[0][0]]
      let key = GuestStageKey(specification)
      let streams = lanes.joined().map { lane in
        RunStreams(exactFor: specifications[lane].machine, merging)
      }.reduce(RunStreams.split(sets: RunStreams.mostSets)) { $0.narrowed(to: $1) }
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].group.firstLevels.append(index)
        groups[known].group.streams = groups[known].group.streams.narrowed(to: streams)
      } else {
        let stage = GuestStage(
          specification.machine, windows: sources.map(\.window), scopes: sources.map(\.scope),
          ignoresEvents: options.ignoresEvents)
        groups.append(
          (key, Group(streams: streams, stage: Confined(StageState(stage)), firstLevels: [index])))
      }
    }
    return groups.map(\.group)
  }
}
