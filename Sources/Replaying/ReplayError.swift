public import Machines
public import Strategies
public import Traces
public import TranslationCaches

/// Why a replay stopped.
public enum ReplayError: Error, CustomStringConvertible {
  case trace(TraceError)
  case guest(GuestError)
  case translation(TranslationError, strategy: String)
  case cache(TranslationCacheError)
  case strategy(StrategyError)
  /// A share of the trace was asked for, of a trace whose length nothing tells.
  case unknownLength(trace: String)
  /// The window leaves nothing to count.
  case nothingToCount(trace: String, accesses: UInt64)

  public var description: String {
    switch self {
    case .trace(let error): error.description
    case .guest(let error): error.description
    case .translation(let error, let strategy): "strategy \(strategy): \(error)"
    case .cache(let error): error.description
    case .strategy(let error): error.description
    case .unknownLength(let trace):
      "\(trace): a warm-up in percent needs the length of the trace, which a pipe does not tell: give --warmup as "
        + "a number of accesses, or --limit"
    case .nothingToCount(let trace, let accesses):
      "\(trace): nothing is left to count of \(accesses) accesses: lower --skip or --warmup"
    }
  }
}
