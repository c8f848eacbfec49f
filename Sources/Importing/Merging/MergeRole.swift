/// What each trace becomes when several are merged; the raw value is the name on the command line.
public enum MergeRole: String, CaseIterable, Sendable {
  /// Virtual machines of their own.
  case vms
  /// Processes of one virtual machine.
  case processes
  /// Threads of one process: all share one memory, and a mapping of one is there for all.
  case threads
}
