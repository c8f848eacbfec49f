/// Why traces cannot be merged.
public enum MergeError: Error, Hashable, Sendable {
  /// Of another scope, with other accesses left out, or of other addresses than the first trace.
  case unlike(file: String, first: String)
  /// A whole guest, with tables of its own, that is to share its machine.
  case wholeSystem(file: String)
  /// More than one process where each trace is to be a thread.
  case severalProcesses(file: String)
}

extension MergeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unlike(let file, let first):
      "\(file): its scope, what was left out of it or its addresses are not those of \(first): merge traces of one kind"
    case .wholeSystem(let file):
      "\(file): a trace of a whole guest, which has its own tables: merge it as vms"
    case .severalProcesses(let file):
      "\(file): several processes, which cannot be threads of one: merge them as processes"
    }
  }
}
