import Results
import Strategies

/// A lane between rounds: what it is to replay next, and what went wrong.
struct LaneState: Sendable {
  private(set) var lane: Lane
  private(set) var observer: (any TranslationObserver & Sendable)?
  private(set) var failure: TranslationError?
  private var slices: [Slice] = []

  init(_ lane: Lane, observer: (any TranslationObserver & Sendable)?) {
    self.lane = lane
    self.observer = observer
  }

  mutating func assign(_ slices: [Slice]) { self.slices = slices }

  /// Replays what was assigned; the first error stops the lane.
  mutating func replay() {
    defer { slices.removeAll() }
    guard failure == nil else { return }
    do throws(TranslationError) {
      if var observer {
        self.observer = nil
        for slice in slices { try lane.replay(slice, &observer) }
        self.observer = observer
      } else {
        for slice in slices { try lane.replay(slice) }
      }
    } catch {
      failure = error
    }
  }
}
