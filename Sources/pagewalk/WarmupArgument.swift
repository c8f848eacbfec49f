import ArgumentParser
import Replaying

/// `--warmup`: a number of accesses, or a percentage of those replayed.
struct WarmupArgument: ExpressibleByArgument {
  let value: Warmup

  init?(argument: String) {
    if let count = UInt64(argument) {
      value = .accesses(count)
    } else if argument.hasSuffix("%"), let percent = Double(argument.dropLast()), percent >= 0, percent < 100
    {
      value = .fraction(percent / 100)
    } else {
      return nil
    }
  }
}
