/// What was traced (semantics rule 17).
public enum TraceScope: String, CaseIterable, Sendable {
  /// One user program: no kernel work, no switches, so that exits are a lower bound.
  case user
  /// A whole guest, its kernel included.
  case system
  /// A whole guest, of which the accesses of its programs alone were kept, with all events.
  case systemUser = "system-user"
  /// A whole guest, of which the accesses of its kernel alone were kept, with all events.
  case systemKernel = "system-kernel"

  /// What a reader of numbers must know who takes the trace for a whole one; nil where it is.
  public var warning: String? {
    switch self {
    case .user: "one program without its kernel's work and switches; exits are a lower bound"
    case .system: nil
    case .systemUser:
      "a whole guest, of whose accesses those of its kernel were left out; its events are all there"
    case .systemKernel:
      "a whole guest, of whose accesses those of its programs were left out; its events are all there"
    }
  }
}
