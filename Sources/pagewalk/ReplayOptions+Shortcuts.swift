import Replaying
import Strategies

extension ReplayOptions {
  /// Replays by what is expected to be faster and to change nothing, and where that proves wrong, once more by less.
  ///
  /// - Parameters:
  ///   - sharing: Whether strategies may share a first level, which is one worker's.
  ///   - replay: Reads its traces from the start each time.
  func withShortcuts<Result>(
    sharing: Bool, _ replay: (ReplayOptions) throws -> Result
  ) throws -> Result {
    var options = self
    options.sharesAcrossStrategies = sharing
    for merging in [LookupMerging.ofSets, .ofStreams] {
      options.merging = merging
      do {
        return try replay(options)
      } catch ReplayError.translation(.divergedStages, _, _) {
        options.sharesAcrossStrategies = false
      }
    }
    return try replay(self)
  }
}
