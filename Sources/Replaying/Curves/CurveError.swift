/// Why miss curves cannot be counted.
public enum CurveError: Error, CustomStringConvertible {
  /// What stops a replay stops a curve: the trace, or a window that leaves nothing to count.
  case replay(ReplayError)
  case tooManyAddressSpaces(trace: String, limit: UInt64)

  public var description: String {
    switch self {
    case .replay(let error): error.description
    case .tooManyAddressSpaces(let trace, let limit):
      "\(trace): more than \(limit) address spaces in one segment: cut the trace by --limit"
    }
  }
}
