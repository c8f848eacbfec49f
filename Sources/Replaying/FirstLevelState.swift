import Strategies

/// A first level with its lanes between rounds: what it is to replay next, and what went wrong.
struct FirstLevelState: Sendable {
  private var stage: FirstLevelStage
  private(set) var observer: (any TranslationObserver & Sendable)?
  private(set) var failure: ReplayError?
  private var slices: [Slice] = []

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
    do throws(TranslationError) {
      for slice in slices { try replay(slice) }
    } catch {
      failure = .translation(error, strategy: stage.lanes.first.strategyName)
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
