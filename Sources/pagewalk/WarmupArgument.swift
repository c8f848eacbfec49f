import ArgumentParser
import Experiments
import Replaying

/// `--warmup`: a number of accesses, or a percentage of those replayed.
struct WarmupArgument: ExpressibleByArgument {
  let value: Warmup

  init?(argument: String) {
    guard let value = Warmup(parsing: argument) else { return nil }
    self.value = value
  }
}
