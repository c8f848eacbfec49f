import ArgumentParser
import Experiments
import Replaying

/// `--warmup`: a number of accesses, or a percentage of those replayed.
struct WarmupArgument {
  let value: Warmup

  /// - Throws: Which forms there are, for the parser of the command line to say of which option.
  init(parsing text: String) throws {
    guard let value = Warmup(parsing: text) else {
      throw ValidationError(
        "write a number of accesses in full, as 10000, or a percentage below 100%, as 30%")
    }
    self.value = value
  }
}
