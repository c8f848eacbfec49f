import Addressing
import Results

/// What a walk came to.
protocol WalkOutcome: Equatable {
  /// Whether it reached a page whose path allows the access.
  func allows(_ request: TranslationRequest) -> Bool
  /// Where it ended. Its flags may change from one walk to the next, so they are no part of it.
  var place: WalkPlace { get }
}

/// Where a walk ended: at an entry and, in two dimensions, at a physical page.
struct WalkPlace: Hashable, Sendable {
  var node: Int32
  var index: Int32
  var page: UInt64
}

/// The walkers of a strategy, each with MMU caches of its own, over the same tables. They read the same entries, from
/// different levels on, so those that walk at one time must meet the same end; that is compared and never trusted
/// (semantics rule 22).
///
/// Where there are several, a further one, the reader, walks at once and answers for all. The others walk later, one after
/// the other, many walks each while its caches are near: as long as no table changes, they find what they would have
/// found. ``finish(_:_:)`` must come before any table changes or cache is invalidated, and before counts are read.
struct WalkerSet<Walker: Sendable, Outcome: WalkOutcome>: Sendable {
  /// A walk that is still to be made.
  private struct Deferred: Sendable {
    var request: TranslationRequest
    var place: WalkPlace
    var isUpgrade: Bool
    var isFirstTouch: Bool
  }

  /// Walks that one group of walkers puts off at most: as many as stay in a core's caches.
  private static var limit: Int { 1024 }

  private var walkers: [Walker]
  /// Nil where there is one walker, which walks at once.
  private var reader: Walker?
  /// By the first walker of a group, the group and what it put off.
  private var deferred: [(walkers: Range<Int>, walks: [Deferred])]
  private var isFull = false
  /// Whether any walk was put off.
  private(set) var isBehind = false

  /// How a walker walks.
  typealias Step = (inout Walker, TranslationRequest, inout WalkReferences) -> Outcome

  /// - Parameter walkers: Never empty.
  init(_ walkers: [Walker]) {
    self.walkers = walkers
    reader = walkers.count > 1 ? walkers[0] : nil
    deferred = Array(repeating: (0..<0, []), count: walkers.count)
  }

  /// Lets the walkers walk whose turn it is; what they read is left in the effects, to be counted.
  @inline(__always)
  mutating func walk(
    _ request: TranslationRequest, _ effects: inout Effects, _ step: Step
  ) throws(TranslationError) -> Outcome {
    guard reader != nil else {
      var references = WalkReferences()
      let outcome = step(&walkers[0], request, &references)
      effects.note(references, of: 0)
      return outcome
    }
    var uncounted = WalkReferences()
    let outcome = step(&reader!, request, &uncounted)
    effects.areWalksDeferred = outcome.allows(request)
    if effects.areWalksDeferred {
      putOff(request, outcome.place, effects)
      if isFull { try finish(&effects, step) }
    } else {
      try finish(&effects, step)
      try walkAtOnce(request, outcome, &effects, step)
    }
    return outcome
  }

  /// Lets the walkers walk for an access that is known to fault.
  mutating func walkToFault(
    _ request: TranslationRequest, _ effects: inout Effects, _ step: Step
  ) throws(TranslationError) -> Outcome {
    guard reader != nil else { return try walk(request, &effects, step) }
    try finish(&effects, step)
    var uncounted = WalkReferences()
    let outcome = step(&reader!, request, &uncounted)
    try walkAtOnce(request, outcome, &effects, step)
    return outcome
  }

  private mutating func putOff(_ request: TranslationRequest, _ place: WalkPlace, _ effects: Effects) {
    isBehind = true
    for index in 0..<effects.walkCount {
      let walk = effects.walks[index]
      let group = walk.walkers.lowerBound
      deferred[group].walkers = walk.walkers
      deferred[group].walks.append(
        Deferred(
          request: request, place: place, isUpgrade: walk.isUpgrade, isFirstTouch: effects.tally.isFirstTouch)
      )
      isFull = isFull || deferred[group].walks.count >= Self.limit
    }
  }

  private mutating func walkAtOnce(
    _ request: TranslationRequest, _ outcome: Outcome, _ effects: inout Effects, _ step: Step
  ) throws(TranslationError) {
    effects.areWalksDeferred = false
    for index in 0..<effects.walkCount {
      for walker in effects.walks[index].walkers {
        var references = WalkReferences()
        guard step(&walkers[walker], request, &references) == outcome else { throw .divergedStages }
        effects.note(references, of: walker)
      }
    }
  }

  /// Makes the walks that were put off.
  mutating func finish(_ effects: inout Effects, _ step: Step) throws(TranslationError) {
    guard isBehind else { return }
    for group in deferred.indices where !deferred[group].walks.isEmpty {
      for walker in deferred[group].walkers {
        for index in deferred[group].walks.indices {
          let walk = deferred[group].walks[index]
          var references = WalkReferences()
          guard step(&walkers[walker], walk.request, &references).place == walk.place else {
            throw .divergedStages
          }
          effects.walkTallies[walker].count(
            references, isUpgrade: walk.isUpgrade, isFirstTouch: walk.isFirstTouch)
        }
      }
      deferred[group].walks.removeAll(keepingCapacity: true)
    }
    isFull = false
    isBehind = false
  }

  /// Changes every walker: drops what its caches hold.
  mutating func forEach(_ body: (inout Walker) -> Void) {
    for index in walkers.indices { body(&walkers[index]) }
    if reader != nil { body(&reader!) }
  }
}
