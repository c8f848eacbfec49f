import Replaying
import Strategies

extension ReplayOptions {
  /// Replays by all that is expected to be faster and to change nothing, and where that proves wrong, once more without.
  ///
  /// - Parameter replay: Reads its traces from the start each time.
  func withShortcuts<Result>(_ replay: (ReplayOptions) throws -> Result) throws -> Result {
    var options = self
    options.sharesAcrossStrategies = true
    options.filtersLookups = true
    do {
      return try replay(options)
    } catch ReplayError.translation(.divergedStages, _, _) {
      return try replay(self)
    }
  }
}
