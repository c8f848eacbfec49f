public import Machines
public import Strategies
public import Traces
public import TranslationCaches

/// Why a replay stopped.
public enum ReplayError: Error, CustomStringConvertible {
  case trace(TraceError)
  case guest(GuestError, TracePlace)
  /// The place is nil where no trace is at fault.
  case translation(TranslationError, strategy: String, TracePlace?)
  case cache(TranslationCacheError)
  case strategy(StrategyError)
  /// A share of the trace was asked for, of a trace whose length nothing tells.
  case unknownLength(trace: String)
  /// The window leaves nothing to count.
  case nothingToCount(trace: String, accesses: UInt64)
  /// A setting of the guest model, for a trace of a whole guest, whose own guest decides it.
  case guestSetting(trace: String, key: String)
  /// Without its events a whole guest has no tables.
  case ignoredGuest(trace: String)

  public var description: String {
    switch self {
    case .trace(let error): error.description
    case .guest(let error, let place): "\(place): \(error)"
    case .translation(let error, let strategy, let place):
      (place.map { "\($0): " } ?? "") + "strategy \(strategy): \(error)"
    case .cache(let error): error.description
    case .strategy(let error): error.description
    case .unknownLength(let trace):
      "\(trace): a warm-up in percent needs the length of the trace, which a pipe does not tell: give --warmup as "
        + "a number of accesses, or --limit"
    case .nothingToCount(let trace, let accesses):
      accesses == 0
        ? "\(trace): has no accesses to replay: name another trace"
        : "\(trace): nothing is left to count of \(accesses) accesses: lower --skip or --warmup"
    case .guestSetting(let trace, let key):
      "\(trace): a trace of a whole guest, which decides for itself what \(key) sets for modelled guests: leave \(key) "
        + "at its default"
    case .ignoredGuest(let trace):
      "\(trace): a trace of a whole guest, whose tables are in its events: leave --ignore-events out"
    }
  }
}
