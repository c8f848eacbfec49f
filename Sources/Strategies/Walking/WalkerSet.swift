import Machines
import Results
import TranslationCaches

/// The MMU caches of machines that stand behind one second-level TLB, which follow the walks of a reader.
protocol WalkFollowers: Sendable {
  init(_ machines: [Machine])

  /// Adds what each machine counted since the last call, by its number, and forgets it.
  mutating func takeTallies(_ add: (_ machine: Int, WalkTally) -> Void)
}

/// The walkers of a strategy over one set of tables: one for each machine.
///
/// A single machine's walks at once. Where there are several, the first one's, the reader, walks at once and answers for
/// all; the others follow later, many walks each while their caches are near: as long as no table changes, they find what
/// they would have found, which is compared (semantics rule 22). ``finish(_:)`` must come before any cache is invalidated
/// and before any table changes but by an addition: an entry that was absent changes no walk that did not end there, and
/// one that did still ends there. Machines behind second levels that have missed the same so far share their followers.
struct WalkerSet<Walker: Sendable, Followers: WalkFollowers>: Sendable {
  /// Walks that are put off at most behind one second level: as many as stay in a core's caches.
  private static var limit: Int { 512 }

  /// What a processor has of its own.
  private struct Caches: Sendable {
    /// The only walker, or the reader.
    var walker: Walker
    /// By second level.
    var followers: SharedStreams<Followers>
  }

  /// Those of the running processor.
  private var caches: Caches
  private var otherProcessors: OtherProcessors<Caches>
  private let isAlone: Bool
  /// Whether nothing but additions follows an aborted walk.
  let outlastsAdditions: Bool
  /// What was put off, by second level.
  private var walks: [[PutOffWalk]]
  /// The number of the first machine behind each second level.
  private var firstMachine: [Int] = []
  private var isFull = false
  /// Whether any walk was put off.
  private(set) var isBehind = false

  /// - Parameters:
  ///   - machines: By second level; never empty.
  ///   - outlastsAdditions: Whether walks may stay put off after one that was aborted.
  init(
    _ machines: [[Machine]], outlastsAdditions: Bool, _ makeWalker: @escaping @Sendable (Machine) -> Walker
  ) {
    let isAlone = machines.count == 1 && machines[0].count == 1
    let hardware = machines.map { $0.map(WalkHardware.init) }
    let makeCaches = { @Sendable in
      Caches(
        walker: makeWalker(machines[0][0]),
        followers: SharedStreams(isAlone ? 0 : machines.count) {
          hardware[$0] == hardware[$1]
        } state: {
          Followers(machines[$0])
        })
    }
    caches = makeCaches()
    otherProcessors = OtherProcessors(makeCaches)
    self.outlastsAdditions = outlastsAdditions
    self.isAlone = isAlone
    walks = Array(repeating: [], count: machines.count)
    var next = 0
    for machines in machines {
      firstMachine.append(next)
      next += machines.count
    }
  }

  /// Walks for those whose turn it is, and counts.
  ///
  /// - Parameters:
  ///   - isFault: Whether the access is known to fault, wherever the walk ends.
  ///   - step: How the walker walks.
  ///   - allows: Whether a walk reached a page whose path allows the access.
  ///   - end: Where it ended.
  ///   - follow: How followers make the walks that were put off.
  @inline(__always)
  mutating func walk<Outcome>(
    _ request: TranslationRequest, isFault: Bool = false, _ effects: inout Effects,
    _ step: (inout Walker, inout WalkReferences) -> Outcome, allows: (Outcome) -> Bool,
    end: (Outcome) -> WalkEnd, _ follow: (inout Followers, [PutOffWalk]) throws(TranslationError) -> Void
  ) throws(TranslationError) -> Outcome {
    var references = WalkReferences()
    let outcome = step(&caches.walker, &references)
    let isAborted = isFault || !allows(outcome)
    var cause: WalkCause = isAborted ? .aborted : []
    if effects.tally.isFirstTouch { cause.insert(.firstTouch) }
    guard !isAlone else {
      effects.countSoleWalk(references, cause)
      return outcome
    }
    putOff(PutOffWalk(address: request.address, end: end(outcome), cause: cause), &effects)
    // What comes after an aborted walk changes tables.
    if isFull || isAborted && !outlastsAdditions { try finish(follow) }
    return outcome
  }

  /// - Parameter effects: Read alone; not to be copied.
  @inline(never)
  private mutating func putOff(_ walk: PutOffWalk, _ effects: inout Effects) {
    isBehind = true
    for index in 0..<effects.turnCount {
      let turn = effects.turns[index]
      var walk = walk
      if turn.isUpgrade && !walk.cause.contains(.aborted) { walk.cause.insert(.upgrade) }
      walks[turn.secondLevel].append(walk)
      isFull = isFull || walks[turn.secondLevel].count >= Self.limit
    }
  }

  /// Makes the walks that were put off.
  mutating func finish(
    _ follow: (inout Followers, [PutOffWalk]) throws(TranslationError) -> Void
  ) throws(TranslationError) {
    guard isBehind else { return }
    caches.followers.part { walks[$0] == walks[$1] }
    for index in caches.followers.shares.indices {
      let walks = walks[caches.followers.shares[index].streams[0]]
      if !walks.isEmpty { try follow(&caches.followers.shares[index].state, walks) }
    }
    for level in walks.indices { walks[level].removeAll(keepingCapacity: true) }
    isFull = false
    isBehind = false
  }

  /// Hands on what the running processor's followers counted since the last call.
  mutating func takeTallies(_ effects: inout Effects) {
    for index in caches.followers.shares.indices {
      let levels = caches.followers.shares[index].streams
      caches.followers.shares[index].state.takeTallies { machine, tally in
        for level in levels { effects.walkTallies[firstMachine[level] + machine] += tally }
      }
    }
  }

  /// Lets a processor run, with caches of its own. Nothing may be put off, and what was counted must be handed on.
  mutating func run(processor: Int) { otherProcessors.run(processor, &caches) }

  /// Changes all MMU caches of the running processor: drops what they hold.
  mutating func forEach(_ walker: (inout Walker) -> Void, _ follower: (inout Followers) -> Void) {
    Self.change(&caches, walker, follower)
  }

  /// Changes all MMU caches of all processors.
  mutating func forEachOfAllProcessors(
    _ walker: (inout Walker) -> Void, _ follower: (inout Followers) -> Void
  ) {
    otherProcessors.changeAll(&caches) { Self.change(&$0, walker, follower) }
  }

  private static func change(
    _ caches: inout Caches, _ walker: (inout Walker) -> Void, _ follower: (inout Followers) -> Void
  ) {
    walker(&caches.walker)
    for index in caches.followers.shares.indices { follower(&caches.followers.shares[index].state) }
  }
}
