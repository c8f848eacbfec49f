import Strategies

/// A lane between rounds: what it is to replay next, and what went wrong.
struct LaneState: Sendable {
  /// A slice and, for lanes that follow, what the first level does in it.
  struct Work: Sendable {
    var slice: Slice
    var log = FirstLevelLog()
  }

  /// The lane with its first level; nil where it follows another's.
  private var stage: FirstLevelStage?
  private var follower: FirstLevelFollower?
  private(set) var observer: (any TranslationObserver & Sendable)?
  private(set) var failure: ReplayError?
  private var work: [Work] = []

  init(_ stage: FirstLevelStage, observer: (any TranslationObserver & Sendable)?) {
    self.stage = stage
    self.observer = observer
  }

  init(_ follower: FirstLevelFollower) { self.follower = follower }

  var lane: Lane {
    guard let lane = stage?.lane ?? follower?.lane else { preconditionFailure("a lane leads or follows") }
    return lane
  }

  mutating func assign(_ work: [Work]) { self.work = work }

  /// Hands over what was replayed, with its logs.
  mutating func takeWork() -> [Work] {
    defer { work = [] }
    return work
  }

  /// Replays what was assigned; the first error stops the lane.
  mutating func replay() {
    guard failure == nil else { return }
    do throws(TranslationError) {
      if follower != nil { try follow() } else { try lead() }
    } catch {
      failure = .translation(error, strategy: lane.strategyName)
    }
  }

  private mutating func lead() throws(TranslationError) {
    for index in work.indices {
      if var observer {
        self.observer = nil
        try stage?.replay(work[index].slice, &observer)
        self.observer = observer
      } else {
        try stage?.replay(work[index].slice)
      }
      work[index].log = stage?.takeLog() ?? FirstLevelLog()
    }
  }

  private mutating func follow() throws(TranslationError) {
    for item in work {
      do { try follower?.replay(item.slice, item.log) } catch {
        switch error {
        case .translation(let error): throw error
        case .diverged: return failure = .divergedFirstLevel(strategy: lane.strategyName)
        }
      }
    }
  }
}
