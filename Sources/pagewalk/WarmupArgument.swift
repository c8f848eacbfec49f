import Addressing
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
        "write a number of accesses, as 10000, 10k or 2.5M, or a percentage below 100%, as 30%")
    }
    self.value = value
  }

  /// What to say of a warm-up too short for the accesses counted after it, as where a percentage was meant.
  func remarks(counted: UInt64) -> [String] {
    guard case .accesses(let count) = value, (1..<1000).contains(count), counted > 1_000_000 else {
      return []
    }
    return ["only \(count.counting("access", "accesses")) of warm-up: a share is written as 30%"]
  }
}
