import Strategies

/// A first level with its lanes between rounds: what it is to replay next, and what went wrong.
struct FirstLevelState: Sendable {
  private var stage: FirstLevelStage
  private(set) var observer: (any TranslationObserver & Sendable)?
  private(set) var failure: Failure?
  private var slices: [Slice] = []

  /// What went wrong, and where: in which trace and before or at which of its records.
  struct Failure: Sendable {
    var error: TranslationError
    var strategy: String
    var source: Int
    var record: UInt64
  }

  init(_ stage: FirstLevelStage, observer: (any TranslationObserver & Sendable)?) {
    self.stage = stage
    self.observer = observer
  }

  /// The marks of one trace so far, of a machine on a lane.
  func marks(of source: Int, lane: Int, machine: Int) -> [Lane.MachineMark] {
    stage.lanes[lane].marks(of: source, machine: machine)
  }

  mutating func assign(_ slices: [Slice]) { self.slices = slices }

  /// Replays what was assigned; the first error stops the stage.
  mutating func replay() {
    defer { slices = [] }
    guard failure == nil else { return }
    for slice in slices {
      do throws(TranslationError) { try replay(slice) } catch {
        failure = Failure(
          error: error, strategy: stage.lanes.first.strategyName, source: slice.source,
          record: slice.base + UInt64(stage.position))
        return
      }
    }
  }

  private mutating func replay(_ slice: Slice) throws(TranslationError) {
    if var observer {
      self.observer = nil
      try stage.replay(slice, &observer)
      self.observer = observer
    } else {
      try stage.replay(slice)
    }
  }
}
