import Addressing
import Results

/// A row of a strategy over one made-up trace.
func row(_ strategy: String, steady: Counters = Counters(), firstTouch: Counters = Counters()) -> ResultRow {
  var tally = Tally()
  tally.steady = steady
  tally.firstTouch = firstTouch
  return ResultRow(
    identity: ResultIdentity(
      trace: "trace", traceDigest: "d1", traceScope: .user, machine: "toy", machineDigest: "d2",
      modelVersion: "1", seed: 1, strategy: strategy, firstAccess: 0, lastAccess: 999, guestPage: "4K",
      hostPage: strategy == "native" ? nil : "4K", pagePolicy: "demand", backing: "prepopulated"),
    instructions: 500, accesses: 1000, tally: tally)
}

func counters(_ change: (inout Counters) -> Void) -> Counters {
  var counters = Counters()
  change(&counters)
  return counters
}

/// Counters as a replay could give them: hits are not negative.
func randomCounters(_ generator: inout SplitMix64) -> Counters {
  var counters = Counters()
  for column in Counters.columns {
    counters[keyPath: column.field] = UInt64.random(in: 0...100_000, using: &generator)
  }
  counters.l2Lookups += counters.l2Misses
  return counters
}
