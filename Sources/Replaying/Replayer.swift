import Addressing
import Machines
import Strategies
import Traces

/// Replays traces on lanes. Every block is decoded once for all lanes. Several workers decode, run guest models and
/// replay lanes at the same time, on three successive batches of blocks; one worker takes block by block through all
/// three, while it is in the processor's caches.
///
/// Several traces are several virtual machines of one computer, which take turns. What a lane counts does not depend
/// on the number of workers or on the other lanes.
public struct Replayer {
  /// Page runs that may be in flight: 16 MiB of them, for all workers together.
  static let runsInFlight = (16 << 20) / 16
  /// Batches in flight at once: one decoded, one cut, one replayed and, if lanes follow others, one followed; or one that
  /// goes through all of this.
  let batchesInFlight: Int

  /// Lanes whose guests are set up alike, and so share a guest stage.
  struct Group {
    var streams: RunStreams
    var stage: Confined<StageState>
    var lanes: [Int]
  }

  /// A lane with a first level of TLBs, and the lanes that follow it.
  struct Team {
    var leader: Int
    var followers: [Int] = []
  }

  let specifications: [LaneSpecification]
  var sources: [TraceSource]
  let lanes: [Confined<LaneState>]
  let groups: [Group]
  let teams: [Team]
  let streams: [RunStreams]
  let pool: WorkerPool
  var slots: [[Confined<DecodeSlot>]]
  /// The blocks of a trace that are read at once: enough for all workers; and where many lanes follow one, enough that
  /// each has work for a while when its state is in the processor's caches.
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
    let teams = Self.makeTeams(specifications, areWatched: !observers.isEmpty)
    self.teams = teams
    lanes = try Self.makeLanes(specifications, teams, observers, sources: sources.count)
    let groups = Self.makeGroups(specifications, sources.map(\.window), options)
    self.groups = groups
    streams = [.split, .unified].filter { streams in groups.contains { $0.streams == streams } }
    let haveFollowers = teams.contains { !$0.followers.isEmpty }
    batchesInFlight = pool.workers == 1 ? 1 : haveFollowers ? 4 : 3
    let blocksForWorkers = pool.workers == 1 ? 1 : 2 * min(pool.workers, Self.runsInFlight)
    blocksPerBatch = max(haveFollowers ? 16 : 1, blocksForWorkers)
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

  /// The number of first levels of TLBs that are simulated: lanes that differ behind it alone share one.
  public var firstLevels: Int { teams.count }

  /// The observers of the lanes, as they are now.
  public var observers: [(any TranslationObserver & Sendable)?] { lanes.map { $0.with { $0.observer } } }

  private static func makeLanes(
    _ specifications: [LaneSpecification], _ teams: [Team],
    _ observers: [any TranslationObserver & Sendable], sources: Int
  ) throws(ReplayError) -> [Confined<LaneState>] {
    var teamOfLeader: [Int: Team] = [:]
    for team in teams { teamOfLeader[team.leader] = team }
    var lanes: [Confined<LaneState>] = []
    for (index, specification) in specifications.enumerated() {
      let (machine, strategy) = (specification.machine, try specification.makeStrategy())
      if let team = teamOfLeader[index] {
        let stage = try FirstLevelStage(
          machine, strategy, sources: sources, keepsLog: !team.followers.isEmpty)
        let observer = index < observers.count ? observers[index] : nil
        lanes.append(Confined(LaneState(stage, observer: observer)))
      } else {
        lanes.append(Confined(LaneState(try FirstLevelFollower(machine, strategy, sources: sources))))
      }
    }
    return lanes
  }

  /// Lanes that differ behind the first level alone make a team; a lane that is watched has its first level to itself.
  private static func makeTeams(_ specifications: [LaneSpecification], areWatched: Bool) -> [Team] {
    var teams: [Team] = []
    var teamOfKey: [FirstLevelKey: Int] = [:]
    for (index, specification) in specifications.enumerated() {
      let key = areWatched ? nil : FirstLevelKey(specification)
      if let key, let team = teamOfKey[key] {
        teams[team].followers.append(index)
      } else {
        if let key { teamOfKey[key] = teams.count }
        teams.append(Team(leader: index))
      }
    }
    return teams
  }

  /// Lanes share a guest stage where their guests, their seeds and their turns are the same.
  private static func makeGroups(
    _ specifications: [LaneSpecification], _ windows: [Window], _ options: ReplayOptions
  ) -> [Group] {
    var groups: [(key: GuestStageKey, group: Group)] = []
    for (index, specification) in specifications.enumerated() {
      let key = GuestStageKey(specification)
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].group.lanes.append(index)
      } else {
        let stage = GuestStage(
          specification.machine, windows: windows, ignoresEvents: options.ignoresEvents)
        let group = Group(streams: key.streams, stage: Confined(StageState(stage)), lanes: [index])
        groups.append((key, group))
      }
    }
    return groups.map(\.group)
  }
}
