import Replaying
import Strategies

extension ReplayOptions {
  /// Replays by all that is expected to be faster and to change nothing, and where that proves wrong, once more without.
  ///
  /// - Parameters:
  ///   - sharing: Whether strategies may share a first level, which is one worker's.
  ///   - replay: Reads its traces from the start each time.
  func withShortcuts<Result>(
    sharing: Bool, _ replay: (ReplayOptions) throws -> Result
  ) throws -> Result {
    var options = self
    options.sharesAcrossStrategies = sharing
    options.filtersLookups = true
    do {
      return try replay(options)
    } catch ReplayError.translation(.divergedStages, _, _) {
      return try replay(self)
    }
  }
}
