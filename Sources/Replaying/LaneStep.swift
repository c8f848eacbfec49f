import Addressing

/// Something a lane does between page runs.
struct LaneStep: Sendable {
  enum Action: Sendable {
    /// A guest event of the running virtual machine.
    case guest(Event)
    /// Another virtual machine runs, or another of its processors; from here on counts belong to this trace.
    case run(vm: Int, vcpu: Int, source: Int)
    /// The counts of the trace so far close a row, or end its warm-up.
    case mark(source: Int)
    /// A segment of the trace ended: the virtual machine starts anew, with nothing of it left anywhere.
    case restart(vm: Int)
  }

  /// It stands before this run of its slice's block.
  var run: Int
  var action: Action
}
